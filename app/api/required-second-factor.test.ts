import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { parseEnv } from "@/lib/config/env";
import { newId } from "@/lib/id";
import { addApp } from "@/tests/support/app/authenticator";
import { HANDLER_PATHS } from "@/tests/support/app/handlers";
import { createMember, createPersonWithRole, type Person, signUp } from "@/tests/support/app/person";
import { registerPasskey } from "@/tests/support/app/virtual-passkey";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let people: Person[];

beforeAll(async () => {
  environment = await createTestEnvironment({ REQUIRE_SECOND_FACTOR: "reviewer,admin" });
  people = [
    await createPersonWithRole(db(), "reviewer", ["dbsCertificate"]),
    await createPersonWithRole(db(), "admin", []),
  ];
});
afterAll(() => environment.drop());

/** What the page Security does, and signing out. */
const ALLOWED = new Set([
  "GET /api/sessions",
  "DELETE /api/sessions",
  "DELETE /api/sessions/[id]",
  "POST /api/sessions/current/confirmation",
  "GET /api/notifications",
  "PATCH /api/notifications",
  "POST /api/account/password",
  "POST /api/account/address",
  "POST /api/account/app",
  "PUT /api/account/app",
  "DELETE /api/account/app",
  "POST /api/account/backup-codes",
  "POST /api/passkeys",
  "POST /api/passkeys/options",
  "PATCH /api/passkeys/[id]",
  "DELETE /api/passkeys/[id]",
]);

/** No session gives access here, or everybody has it. */
const OPEN =
  /^\/api\/(\[\.\.\.rest\]|auth|cron|fields|health|profiles|storage|mail\/unsubscribe|account\/address\/(link|undo)|invitations\/\[id\]|recovery|verification)/;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const CASES = HANDLER_PATHS.filter((path) => !OPEN.test(path)).flatMap((path) =>
  METHODS.map((method) => `${method} ${path}`),
);

describe("a reviewer or admin who lacks a second factor", () => {
  test.each(CASES)("reaches %s only if Security needs it", async (name) => {
    const [method = "", path = ""] = name.split(" ");
    // The current session stays for the other cases.
    const url = path.replace(/\[[^\]]+\]/g, newId());
    if (name === "DELETE /api/sessions") return;
    for (const person of people) {
      const response = await person.request(method, url, method === "GET" ? {} : { body: {} });
      const { code } = response.status === 204 ? { code: null } : await response.json();
      if (response.status === 405) continue;
      expect(code === "second_factor_required").toBe(!ALLOWED.has(name));
      if (code === "second_factor_required") expect(response.status).toBe(403);
    }
  });

  test.each([...ALLOWED])("finds a handler for %s", (name) => {
    expect(CASES).toContain(name);
  });

  test("signs out", async () => {
    const reviewer = await createPersonWithRole(db(), "reviewer", []);
    expect((await reviewer.post("/api/auth/sign-out", {})).status).toBe(200);
    expect((await reviewer.get("/api/sessions")).status).toBe(401);
  });

  test("gets no ticket for an upload", async () => {
    const reviewer = await createPersonWithRole(db(), "reviewer", []);
    const ticket = {
      field: "dbsCertificate",
      name: "a.pdf",
      type: "application/pdf",
      size: 100,
      sha256: `${"A".repeat(43)}=`,
    };
    const response = await reviewer.post("/api/uploads", ticket);
    expect([response.status, (await response.json()).code]).toEqual([403, "second_factor_required"]);
    expect(await db().upload.count({ where: { ownerId: reviewer.id } })).toBe(0);
  });
});

test("a member needs no second factor", async () => {
  expect((await (await createMember()).get("/api/profile")).status).toBe(200);
});

test.each([
  ["an authenticator app", async (person: Person) => void (await addApp(person))],
  ["a passkey", async (person: Person) => void (await registerPasskey(person))],
])("%s opens the site to a reviewer, and the last stays", async (_, add) => {
  const reviewer = await signUp("Reviewer");
  await db().user.update({ where: { id: reviewer.id }, data: { role: "reviewer" } });
  expect((await reviewer.get("/api/reviews")).status).toBe(403);
  await add(reviewer);
  expect((await reviewer.get("/api/reviews")).status).toBe(200);
  const passkey = await db().passkey.findFirst({ where: { userId: reviewer.id } });
  const path = passkey ? `/api/passkeys/${passkey.id}` : "/api/account/app";
  const refused = await reviewer.request("DELETE", path);
  expect([refused.status, (await refused.json()).code]).toEqual([409, "conflict"]);
  expect((await reviewer.get("/api/reviews")).status).toBe(200);
  await registerPasskey(reviewer);
  expect((await reviewer.request("DELETE", path)).status).toBe(204);
  expect((await reviewer.get("/api/reviews")).status).toBe(200);
});

test("of two last second factors that are removed at once, one stays", async () => {
  const reviewer = await signUp("Reviewer");
  await db().user.update({ where: { id: reviewer.id }, data: { role: "reviewer" } });
  await addApp(reviewer);
  const { id } = await (await registerPasskey(reviewer)).response.json();
  const responses = await Promise.all(
    ["/api/account/app", `/api/passkeys/${id}`].map((path) => reviewer.request("DELETE", path)),
  );
  expect(responses.map(({ status }) => status).sort()).toEqual([204, 409]);
});

test("the setting counts for reviewers and admins where the site has HTTPS", () => {
  const read = (APP_URL: string, value?: string) => {
    const others = {
      DATABASE_URL: "postgresql://localhost/x",
      AUTH_SECRET: "a secret that is long enough, yes",
    };
    const setting = value === undefined ? {} : { REQUIRE_SECOND_FACTOR: value };
    return parseEnv({ ...others, APP_URL, ...setting }).REQUIRE_SECOND_FACTOR;
  };
  expect(read("https://dossier.example")).toEqual(["reviewer", "admin"]);
  expect(read("http://localhost:3000")).toEqual([]);
  expect(read("https://dossier.example", "none")).toEqual([]);
  expect(read("http://localhost:3000", " admin, member ")).toEqual(["admin", "member"]);
  expect(() => read("https://dossier.example", "toString")).toThrow("REQUIRE_SECOND_FACTOR");
});
