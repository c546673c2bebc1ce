import { createHash } from "node:crypto";
import { waitForCompletion } from "./wait-for-completion";

export type IssuedTicket = { id: string; upload: { url: string; headers: Record<string, string> } };

/** Somebody who reaches a running site over the network, as a browser does: holds cookies, sends the site's origin, follows no redirect. */
export class ApiClient {
  readonly origin: string;
  cookie = "";

  constructor(origin: string) {
    this.origin = origin;
  }

  /** A `body` that is a string is sent as it is, anything else as JSON. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(new URL(path, this.origin), {
      method,
      redirect: "manual",
      headers: {
        origin: this.origin,
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  /** From here on signed in. */
  async signUp({
    name = "Ada",
    email = `${crypto.randomUUID()}@example.org`,
    password = "a long password",
  } = {}): Promise<void> {
    const response = await this.request("POST", "/api/auth/sign-up/email", { name, email, password });
    if (!response.ok) throw new Error(`Signing up answers ${response.status}: ${await response.text()}`);
    this.cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
  }

  async issueTicket(field: string, type: string, bytes: Uint8Array, name = "file"): Promise<IssuedTicket> {
    const sha256 = createHash("sha256").update(bytes).digest("base64");
    const ticket = { field, name, type, size: bytes.length, sha256 };
    const response = await this.request("POST", "/api/uploads", ticket);
    if (response.status !== 201) throw new Error(`No ticket: ${response.status} ${await response.text()}`);
    return response.json();
  }

  putBytes({ upload: { url, headers } }: IssuedTicket, bytes: Uint8Array): Promise<Response> {
    return fetch(url, { method: "PUT", headers, body: new Uint8Array(bytes) });
  }

  completeUpload({ id }: IssuedTicket): Promise<Response> {
    return waitForCompletion(() => this.request("POST", `/api/uploads/${id}/complete`, {}));
  }

  /** As far as the bytes being there. */
  async sendBytes(field: string, type: string, bytes: Uint8Array): Promise<IssuedTicket> {
    const issued = await this.issueTicket(field, type, bytes);
    const stored = await this.putBytes(issued, bytes);
    if (!stored.ok) throw new Error(`The store answers ${stored.status}: ${await stored.text()}`);
    return issued;
  }
}
