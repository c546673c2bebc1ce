import { createHash, createHmac, randomBytes } from "node:crypto";
import { appContext } from "@/app/_server/app-context";
import { sessionCookieName } from "@/lib/accounts/session";
import { secondsFromNow } from "@/lib/app-context";
import { env } from "@/lib/config/env";
import type { Db } from "@/lib/db/client";
import type { Role } from "@/lib/db/generated/enums";
import type { FileView } from "@/lib/files/file";
import { newId } from "@/lib/id";
import type { Viewer } from "@/lib/permissions/viewer";
import type { Ticket } from "@/lib/uploads/issue";
import { waitForCompletion } from "@/tests/support/wait-for-completion";
import { handleRequest } from "./handlers";

export const ORIGIN = "http://localhost:3000";

export type RequestOptions = { body?: unknown; headers?: Record<string, string>; raw?: string | Uint8Array };

/** A person with a session cookie who sends the origin of the site. */
export class Person {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;

  constructor({ id, email, cookie }: { id: string; email: string; cookie: string }) {
    this.id = id;
    this.email = email;
    this.cookie = cookie;
  }

  request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    return sendRequest(method, path, {
      ...options,
      headers: { origin: ORIGIN, cookie: this.cookie, ...options.headers },
    });
  }

  /** The member as a viewer in lib. */
  get viewer(): Viewer {
    return {
      id: this.id,
      name: "Member",
      email: this.email,
      handle: "member",
      role: "member",
      grants: [],
    };
  }

  get(path: string): Promise<Response> {
    return this.request("GET", path);
  }

  post(path: string, body?: unknown): Promise<Response> {
    return this.request("POST", path, { body });
  }

  /** Uploads a file: ticket, PUT, completion. */
  async upload(
    field: string,
    bytes: Uint8Array,
    { type, name = "file", crop }: { type: string; name?: string; crop?: unknown },
  ): Promise<Response> {
    const issued = await this.post("/api/uploads", { field, name, type, ...sizeAndHashOf(bytes) });
    if (issued.status !== 201) return issued;
    return this.complete(await sendTicketBytes(issued, bytes), crop === undefined ? {} : { crop });
  }

  /** Uploads the bytes without completing the upload. Returns its id. */
  async uploadBytes(field: string, bytes: Uint8Array, { type }: { type: string }): Promise<string> {
    return sendTicketBytes(
      await this.post("/api/uploads", { field, name: "file", type, ...sizeAndHashOf(bytes) }),
      bytes,
    );
  }

  complete(id: string, body: unknown = {}): Promise<Response> {
    return waitForCompletion(() => this.post(`/api/uploads/${id}/complete`, body));
  }

  async uploadFile(
    field: string,
    bytes: Uint8Array,
    options: { type: string; name?: string; crop?: unknown },
  ): Promise<FileView> {
    const response = await this.upload(field, bytes, options);
    const body = await response.json();
    if (response.status !== 200)
      throw new Error(`The completion returned ${response.status}: ${JSON.stringify(body)}`);
    return body.file;
  }
}

async function sendTicketBytes(issued: Response, bytes: Uint8Array): Promise<string> {
  if (issued.status !== 201) throw new Error(`No ticket: ${issued.status} ${await issued.text()}`);
  const ticket: Ticket = await issued.json();
  const stored = await putBytes(ticket, bytes);
  if (!stored.ok) throw new Error(`The store returned ${stored.status}: ${await stored.text()}`);
  return ticket.id;
}

/** Returns size and SHA-256, as a ticket needs them. */
export function sizeAndHashOf(bytes: Uint8Array): { size: number; sha256: string } {
  return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("base64") };
}

/** Sends the bytes of a ticket: to the local storage handler, or over the network to S3. */
export function putBytes({ upload }: Pick<Ticket, "upload">, bytes: Uint8Array): Promise<Response> {
  return upload.url.startsWith(`${ORIGIN}/`)
    ? sendRequest("PUT", upload.url, {
        raw: bytes,
        headers: { ...upload.headers, "content-length": String(bytes.length) },
      })
    : fetch(upload.url, { method: "PUT", headers: upload.headers, body: new Uint8Array(bytes) });
}

/** Requests a URL of the local storage handler, or of S3 over the network. */
export function fetchUrl(url: string | null): Promise<Response> {
  if (url === null) throw new Error("There is no URL to request.");
  return new URL(url, ORIGIN).origin === ORIGIN ? sendRequest("GET", url) : fetch(url);
}

export function sendRequest(
  method: string,
  path: string,
  { body, raw, headers = {} }: RequestOptions = {},
): Promise<Response> {
  const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const content = raw ?? (body === undefined ? null : JSON.stringify(body));
  return handleRequest(
    new Request(new URL(path, ORIGIN), {
      method,
      headers: { ...json, ...headers },
      body: typeof content === "string" || content === null ? content : new Uint8Array(content),
    }),
  );
}

/** Signs a person up with the password "correct horse battery". */
export async function signUp(name = "Test Person"): Promise<Person> {
  const email = `${randomBytes(6).toString("hex")}@example.org`;
  const response = await sendRequest("POST", "/api/auth/sign-up/email", {
    body: { name, email, password: "correct horse battery" },
    // Sign-ups count per address.
    headers: { origin: ORIGIN, "x-dossier-address": randomBytes(6).toString("hex") },
  });
  if (response.status !== 200)
    throw new Error(`The sign-up returned ${response.status}: ${await response.text()}`);
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const { user } = await response.json();
  return new Person({ id: user.id, email, cookie });
}

/**
 * Creates a member with a session, and without a password: its hash takes more time than most tests
 * do.
 */
export async function createMember(name = "Test Person"): Promise<Person> {
  const { db, clock } = appContext();
  const [id, token] = [newId(), randomBytes(24).toString("base64url")];
  const email = `${id}@example.org`;
  const session = { id: newId(), token, expiresAt: secondsFromNow(clock, 7 * 24 * 3600) };
  await db.user.create({
    data: { id, name, email, handle: `member-${id.slice(-12)}`, sessions: { create: session } },
  });
  const signature = createHmac("sha256", env().AUTH_SECRET).update(token).digest("base64");
  const value = encodeURIComponent(`${token}.${signature}`);
  return new Person({ id, email, cookie: `${sessionCookieName(ORIGIN)}=${value}` });
}

/** Creates a person and sets role and grants in the database. */
export async function createPersonWithRole(
  db: Db,
  role: Role,
  fields: string[],
  name?: string,
): Promise<Person> {
  const person = await createMember(name);
  await db.user.update({ where: { id: person.id }, data: { role } });
  await db.grant.createMany({ data: fields.map((field) => ({ userId: person.id, field })) });
  return person;
}
