import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { newId } from "@/lib/id";
import { samplePdf } from "@/tests/support/app/documents";
import { HANDLER_PATHS } from "@/tests/support/app/handlers";
import {
  createMember,
  createPersonWithRole,
  ORIGIN,
  type Person,
  type RequestOptions,
  sendRequest,
  sizeAndHashOf,
} from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

// Each handler and method has a row with the status for each kind of caller. A handler without a
// row fails below, and so does a method that has no row and is not rejected.

const CALLERS = ["anonymous", "owner", "member", "granted", "ungranted", "admin"] as const;
type Caller = (typeof CALLERS)[number];
type Row = {
  /** Statuses in the order of CALLERS. `owner` is a member who owns the object. */
  expect: [number, number, number, number, number, number];
  object?:
    | "file"
    | "upload"
    | "upload in parts"
    | "person"
    | "public profile"
    | "hold"
    | "mail"
    | "invitation"
    | "passkey"
    | "session"
    | "request";
  body?: unknown;
  /** The body of an HTML form. */
  form?: string;
  query?: string;
  /** The call ends the sessions of its caller: a new person makes it. */
  endsSessions?: boolean;
  /** The handler checks neither session nor origin: the signature or Better Auth decides. */
  open?: boolean;
};

const everyone = (status: number): Row["expect"] => [status, status, status, status, status, status];
const signedIn = (status: number): Row["expect"] => [401, status, status, status, status, status];
const reviewersOnly = (granted: number, other: number): Row["expect"] => [
  401,
  403,
  403,
  granted,
  other,
  other,
];
const admins = (status: number): Row["expect"] => [401, 403, 403, 403, 403, status];
const readers = (status: number): Row["expect"] => [401, status, 404, status, 404, 404];
const owners = (status: number): Row["expect"] => [401, status, 404, 404, 404, 404];

const NOTHING_DECIDED = {
  outcome: "approve",
  facts: { certificateNumber: "1", issuedOn: "2026-01-01" },
  sha256: "",
};

const FIRST_PART = { parts: [{ number: 1, size: 32 * 1024 * 1024, sha256: `${"A".repeat(43)}=` }] };

const MATRIX: Record<string, Row> = {
  "GET /api/[...rest]": { expect: everyone(404) },
  "POST /api/[...rest]": { expect: everyone(404), open: true },
  "PUT /api/[...rest]": { expect: everyone(404), open: true },
  "PATCH /api/[...rest]": { expect: everyone(404), open: true },
  "DELETE /api/[...rest]": { expect: everyone(404), open: true },
  "GET /api/auth/[...all]": { expect: everyone(404) },
  "POST /api/auth/[...all]": { expect: everyone(404), body: {}, open: true },
  // No session gives access here.
  "GET /api/cron/[job]": { expect: everyone(401) },
  "POST /api/cron/[job]": { expect: everyone(401) },
  "GET /api/fields": { expect: everyone(200) },
  "GET /api/health": { expect: everyone(200) },
  // The only admin stays.
  "POST /api/account/leave": { expect: [401, 200, 200, 200, 200, 409], endsSessions: true },
  "DELETE /api/account/leave": { expect: signedIn(204) },
  "POST /api/account/erasure": { expect: [401, 202, 202, 202, 202, 409], body: {} },
  "DELETE /api/account/erasure": { expect: signedIn(204) },
  "GET /api/account/export": { expect: signedIn(200) },
  // These people have no password, and no app waits for a code.
  "POST /api/account/password": { expect: signedIn(409), body: { password: "", newPassword: "" } },
  "POST /api/account/address": { expect: signedIn(422), body: {} },
  "POST /api/account/address/link": { expect: everyone(404), body: { token: "forged" } },
  "POST /api/account/address/undo": { expect: everyone(404), body: { token: "forged" } },
  "POST /api/account/app": { expect: signedIn(200) },
  "PUT /api/account/app": { expect: signedIn(422), body: { code: "000000" } },
  "DELETE /api/account/app": { expect: signedIn(409) },
  "POST /api/account/backup-codes": { expect: signedIn(409) },
  "POST /api/passkeys": { expect: signedIn(422), body: {} },
  "POST /api/passkeys/options": { expect: signedIn(200) },
  "PATCH /api/passkeys/[id]": { expect: owners(204), object: "passkey", body: { name: "Phone" } },
  "DELETE /api/passkeys/[id]": { expect: owners(204), object: "passkey" },
  "GET /api/sessions": { expect: signedIn(200) },
  "DELETE /api/sessions": { expect: signedIn(204) },
  "DELETE /api/sessions/[id]": { expect: owners(204), object: "session" },
  "POST /api/sessions/current/confirmation": { expect: signedIn(422), body: { password: "" } },
  "GET /api/notifications": { expect: signedIn(200) },
  "PATCH /api/notifications": { expect: signedIn(200), body: { news: true } },
  "GET /api/profile": { expect: signedIn(200) },
  "PATCH /api/profile": { expect: signedIn(200), body: { headline: "Tutor" } },
  "GET /api/profiles/[handle]": { expect: everyone(200), object: "public profile" },
  "POST /api/uploads": { expect: signedIn(422), body: {} },
  "GET /api/uploads/[id]": { expect: owners(200), object: "upload" },
  "DELETE /api/uploads/[id]": { expect: owners(204), object: "upload" },
  "POST /api/uploads/[id]/parts": { expect: owners(200), object: "upload in parts", body: FIRST_PART },
  "POST /api/uploads/[id]/complete": { expect: owners(409), object: "upload" },
  "GET /api/files/[id]": { expect: readers(200), object: "file" },
  "PATCH /api/files/[id]": { expect: owners(409), object: "file", body: { visibility: "public" } },
  "DELETE /api/files/[id]": { expect: owners(204), object: "file" },
  // The grant covers the field, but the field forbids downloads.
  "GET /api/files/[id]/content": { expect: [401, 302, 404, 403, 404, 404], object: "file" },
  "GET /api/files/[id]/pages/[page]": { expect: readers(302), object: "file" },
  "GET /api/files/[id]/accesses": { expect: readers(200), object: "file" },
  // The bytes are there.
  "GET /api/files/[id]/receipt": { expect: signedIn(404), object: "file" },
  "GET /api/reviews": { expect: reviewersOnly(200, 200) },
  "GET /api/reviews/[fileId]": { expect: reviewersOnly(200, 404), object: "file" },
  "POST /api/reviews/claims": { expect: reviewersOnly(200, 204) },
  "PUT /api/reviews/[fileId]/claim": { expect: reviewersOnly(200, 404), object: "file" },
  "DELETE /api/reviews/[fileId]/claim": { expect: reviewersOnly(204, 404), object: "file" },
  "POST /api/reviews/[fileId]/decision": {
    expect: reviewersOnly(409, 404),
    object: "file",
    body: NOTHING_DECIDED,
  },
  "DELETE /api/reviews/[fileId]/decision": { expect: reviewersOnly(409, 404), object: "file" },
  "GET /api/people": { expect: admins(200) },
  // Without its word, so that the other callers stay signed in.
  "DELETE /api/people/sessions": { expect: admins(422), body: {} },
  "GET /api/people/accesses/csv": { expect: admins(200) },
  "GET /api/people/[id]": { expect: admins(200), object: "person" },
  "GET /api/people/[id]/accesses": { expect: admins(200), object: "person" },
  "DELETE /api/people/[id]/sessions": { expect: admins(204), object: "person" },
  "PATCH /api/people/[id]": { expect: admins(200), object: "person", body: { role: "reviewer" } },
  "PUT /api/people/[id]/grants": { expect: admins(409), object: "person", body: { fields: ["contract"] } },
  "GET /api/invitations": { expect: admins(200) },
  "POST /api/invitations": { expect: admins(200), body: { people: [{ email: "grace@example.org" }] } },
  "DELETE /api/invitations/[id]": { expect: admins(204), object: "invitation" },
  // The signed token decides.
  "GET /api/invitations/[id]": { expect: everyone(404) },
  "POST /api/invitations/[id]": { expect: everyone(404), body: { name: "Grace", password: "x" } },
  "POST /api/recovery": { expect: everyone(422), body: {} },
  "POST /api/recovery/[token]": { expect: everyone(404), body: { password: "x" } },
  "POST /api/verification/[token]": { expect: everyone(404), body: { password: "x" } },
  "GET /api/retention/forecast": { expect: admins(200) },
  "GET /api/retention/runs": { expect: admins(200) },
  "GET /api/retention/rules": { expect: admins(200) },
  "POST /api/retention/rules/[field]": {
    expect: admins(404),
    body: { declared: { from: "decision", for: "P1Y" } },
  },
  "GET /api/holds": { expect: admins(200) },
  "POST /api/holds": { expect: admins(404), body: { fileId: "anything", reason: "Why" } },
  "DELETE /api/holds/[id]": { expect: admins(204), object: "hold", body: { reason: "Why" } },
  "GET /api/requests": { expect: signedIn(200) },
  "POST /api/requests": { expect: admins(200), body: { field: "contract", members: ["anything"] } },
  "DELETE /api/requests/[id]": { expect: admins(204), object: "request" },
  "GET /api/trail": { expect: admins(200) },
  "GET /api/trail/csv": { expect: admins(200) },
  "GET /api/mail/[id]": { expect: admins(200), object: "mail" },
  "POST /api/mail/[id]/retry": { expect: admins(204), object: "mail" },
  // The signed token decides.
  "GET /api/mail/unsubscribe": { expect: everyone(302), query: "token=forged" },
  "POST /api/mail/unsubscribe": { expect: everyone(404), query: "token=forged", form: "mail=off" },
  // The response of the storage to an unsigned URL.
  "GET /api/storage/[...key]": { expect: everyone(404), open: true },
  "PUT /api/storage/[...key]": { expect: everyone(404), open: true },
};

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const NOT_FOUND = JSON.stringify({
  type: "urn:dossier:not_found",
  title: "Not found",
  status: 404,
  code: "not_found",
  detail: "Not found, or you have no access to it.",
});

let environment: TestEnvironment;
let people: Record<Exclude<Caller, "anonymous">, Person>;
/** An admin with a grant who was suspended. The session is still in the database. */
let suspended: Person;

beforeAll(async () => {
  environment = await createTestEnvironment({
    QUOTA_OPEN_UPLOADS: "1000",
    CRON_SECRET: "a secret of this matrix",
  });
  people = {
    owner: await createMember("Owner"),
    member: await createMember("Member"),
    granted: await createPersonWithRole(db(), "reviewer", ["dbsCertificate"]),
    ungranted: await createPersonWithRole(db(), "reviewer", []),
    admin: await createPersonWithRole(db(), "admin", []),
  };
  // The owner gets passkeys, so no session by password alone is valid.
  await db().session.updateMany({ where: { userId: people.owner.id }, data: { signedInWith: "code" } });
  suspended = await createPersonWithRole(db(), "admin", ["dbsCertificate"]);
  await db().user.update({ where: { id: suspended.id }, data: { suspendedAt: new Date() } });
  await people.owner.request("PATCH", "/api/profile", {
    body: { handle: "the-owner", visibility: "public" },
  });
});
afterAll(() => environment.drop());

/** Creates a new object of the owner, because a call may change it. */
async function object(kind: Row["object"]): Promise<string> {
  const { owner } = people;
  switch (kind) {
    case undefined:
      return "anything";
    case "public profile":
      return "the-owner";
    case "person":
      return (await createMember()).id;
    case "hold": {
      const body = { memberId: owner.id, reason: "Why" };
      return (await (await people.admin.request("POST", "/api/holds", { body })).json()).id;
    }
    case "invitation":
      return createInvitation();
    case "passkey": {
      const id = newId();
      const data = { id, userId: owner.id, name: "Key", credentialId: id, publicKey: new Uint8Array(1) };
      await db().passkey.create({ data: { ...data, createdAt: new Date() } });
      return id;
    }
    case "session": {
      const [id, expiresAt] = [newId(), new Date(Date.now() + 3_600_000)];
      await db().session.create({ data: { id, token: id, userId: owner.id, expiresAt } });
      return id;
    }
    case "mail":
      return createFailedMail();
    case "request":
      return createRequest();
    case "file":
      return (await owner.uploadFile("dbsCertificate", await samplePdf(), { type: "application/pdf" })).id;
    case "upload in parts": {
      const ticket = { field: "contract", name: "a.pdf", type: "application/pdf", size: 33 * 1024 * 1024 };
      return (await (await owner.post("/api/uploads", ticket)).json()).id;
    }
    case "upload": {
      const ticket = {
        field: "dbsCertificate",
        name: "a.pdf",
        type: "application/pdf",
        ...sizeAndHashOf(await samplePdf()),
      };
      return (await (await owner.post("/api/uploads", ticket)).json()).id;
    }
  }
}

async function createInvitation(): Promise<string> {
  const id = newId();
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + 3600_000)];
  await db().invitation.create({ data: { id, email: `${id}@example.org`, createdAt, expiresAt } });
  return id;
}

/** Creates a failed mail, and its file as if it had been delivered. */
async function createFailedMail(): Promise<string> {
  const id = newId();
  const data = { id, template: "news", recipientId: people.owner.id, key: id, dueAt: new Date() };
  await db().mail.create({ data: { ...data, state: "failed" } });
  await mkdir(join(environment.dataDir, "mail"), { recursive: true });
  await writeFile(join(environment.dataDir, "mail", `${id}.html`), "<p>News</p>");
  return id;
}

/** Creates an open request to the owner. Each has a field of its own: only one can be open. */
async function createRequest(): Promise<string> {
  const id = newId();
  const data = { id, memberId: people.owner.id, field: `f${id.slice(-12)}`, createdAt: new Date() };
  await db().request.create({ data });
  return id;
}

function address(path: string, id: string, query?: string): string {
  const filled = path.replace("[page]", "1").replace(/\[[^\]]+\]/, id);
  return query === undefined ? filled : `${filled}?${query}`;
}

async function call(caller: Caller, method: string, path: string, row: Row): Promise<Response> {
  if (caller === "anonymous") return sendRequest(method, path, optionsOf(row, { origin: ORIGIN }));
  const isNew = row.endsSessions && caller !== "admin";
  return (isNew ? await createMember() : people[caller]).request(method, path, optionsOf(row));
}

function optionsOf({ body, form }: Row, more: Record<string, string> = {}): RequestOptions {
  // Each request comes from a network of its own, so that no limit of attempts is reached.
  const headers = { "x-dossier-address": newId(), ...more };
  if (form === undefined) return { ...(body === undefined ? {} : { body }), headers };
  return { raw: form, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } };
}

describe.each(HANDLER_PATHS)("%s", (path) => {
  test.each(METHODS)("%s is in the matrix or rejected with the allowed methods", async (method) => {
    if (MATRIX[`${method} ${path}`]) return expect(method).toBeTruthy();
    const response = await people.owner.request(method, address(path, newId()));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).not.toContain(method);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe.each(Object.entries(MATRIX))("%s", (name, row) => {
  const [method = "", path = ""] = name.split(" ");

  test("is a handler of the application", () => {
    expect(HANDLER_PATHS).toContain(path);
  });

  test.each(CALLERS.map((caller, index) => [caller, row.expect[index] ?? 0] as const))(
    "responds to %s with %i",
    async (caller, status) => {
      const response = await call(caller, method, address(path, await object(row.object), row.query), row);
      expect(response.status).toBe(status);
      if (status === 404 && !path.startsWith("/api/storage")) expect(await response.text()).toBe(NOT_FOUND);
      expect(response.headers.get("cache-control")).toContain("no-store");
    },
  );

  test("responds to a suspended person as to an anonymous one", async () => {
    const url = address(path, await object(row.object), row.query);
    const anonymous = await call("anonymous", method, url, row);
    const response = await suspended.request(method, url, optionsOf(row));
    expect(response.status).toBe(anonymous.status);
    expect(response.status).toBe(row.expect[0]);
  });

  if (row.object) {
    test("responds with the same 404 for every missing object", async () => {
      for (const caller of CALLERS) {
        for (const id of [newId(), "nonsense"]) {
          const response = await call(caller, method, address(path, id, row.query), row);
          expect([401, 403, 404]).toContain(response.status);
          if (row.expect[CALLERS.indexOf(caller)] !== 401 && row.expect[CALLERS.indexOf(caller)] !== 403)
            expect(response.status).toBe(404);
          if (response.status === 404) expect(await response.text()).toBe(NOT_FOUND);
        }
      }
    });
  }

  if (WRITES.has(method) && !row.open) {
    test.each([
      ["another site", { origin: "https://evil.example" }],
      ["a null origin", { origin: "null" }],
      ["no origin", {}],
    ])("rejects a request with a session from %s", async (_, headers) => {
      const response = await sendRequest(
        method,
        address(path, await object(row.object), row.query),
        optionsOf(row, { cookie: people.admin.cookie, ...headers }),
      );
      expect(response.status).toBe(403);
      expect((await response.json()).code).toBe("cross_site");
    });
  }
});

/** The content of all tables that a write of the matrix may change. */
async function readRecords(): Promise<unknown> {
  const tables = [
    "User",
    "Session",
    "Grant",
    "Upload",
    "UploadPart",
    "File",
    "Decision",
    "Purge",
    "Trail",
    "Hold",
    "RetentionRule",
    "Mail",
    "Invitation",
    "OneTimeLink",
    "Account",
    "Request",
  ];
  return Promise.all(
    tables.map((table) =>
      db().pool.query(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS hash FROM "${table}" t`),
    ),
  ).then((results) => results.map(({ rows }) => rows));
}

const PAGE_WRITES = Object.entries(MATRIX).filter(
  // The signature of a URL authorises a PUT of bytes, for the person who got the ticket.
  ([name]) => !name.startsWith("GET ") && !name.includes("/api/storage/"),
);

describe.each(PAGE_WRITES)("%s from a page of another person", (name, row) => {
  const [method = "", path = ""] = name.split(" ");

  test("is rejected for every person, and changes nothing", async () => {
    const url = address(path, await object(row.object), row.query);
    const before = await readRecords();
    for (const person of Object.values(people)) {
      const stale = person === people.owner ? people.member : people.owner;
      const response = await person.request(method, url, optionsOf(row, { "dossier-person": stale.id }));
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({
        code: "conflict",
        detail: expect.stringContaining("Another person is signed in now."),
      });
    }
    expect(await readRecords()).toEqual(before);
  });

  test("responds to the person of the page as to a script", async () => {
    const status = row.expect[CALLERS.indexOf("admin")];
    const url = address(path, await object(row.object), row.query);
    const headers = { "dossier-person": people.admin.id };
    expect((await people.admin.request(method, url, optionsOf(row, headers))).status).toBe(status);
  });
});

test("a request of another site without a session gets 401", async () => {
  const response = await sendRequest("POST", "/api/uploads", {
    body: {},
    headers: { origin: "https://evil.example" },
  });
  expect(response.status).toBe(401);
});

test("the application has no server actions", () => {
  const sources = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  expect(sources.length).toBeGreaterThan(20);
  const withActions = sources.filter((file) =>
    /^\s*["']use server["']/m.test(readFileSync(join("app", file), "utf8")),
  );
  expect(withActions).toEqual([]);
});
