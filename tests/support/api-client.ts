import { createHash } from "node:crypto";
import { waitForCompletion } from "./wait-for-completion";

export type IssuedTicket = { id: string; upload: { url: string; headers: Record<string, string> } };

/** Sends requests to a running site with cookies and Origin, as a browser. Follows no redirects. */
export class ApiClient {
  readonly origin: string;
  cookie = "";

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Sends a string `body` unchanged, any other as JSON. */
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

  /** Creates an account and signs in. */
  async signUp({
    name = "Ada",
    email = `${crypto.randomUUID()}@example.org`,
    password = "a long password",
  } = {}): Promise<void> {
    // Sign-ups count per address. Only a server behind a proxy believes this one.
    const headers = { "x-forwarded-for": `2001:db8:${crypto.randomUUID().slice(0, 4)}::1` };
    const response = await this.request(
      "POST",
      "/api/auth/sign-up/email",
      { name, email, password },
      headers,
    );
    if (!response.ok) throw new Error(`The sign-up responded ${response.status}: ${await response.text()}`);
    this.cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
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

  /** Gets a ticket and uploads the bytes. */
  async sendBytes(field: string, type: string, bytes: Uint8Array): Promise<IssuedTicket> {
    const issued = await this.issueTicket(field, type, bytes);
    const stored = await this.putBytes(issued, bytes);
    if (!stored.ok) throw new Error(`The store responded ${stored.status}: ${await stored.text()}`);
    return issued;
  }
}
