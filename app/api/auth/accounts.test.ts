import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { createPersonWithRole, ORIGIN, Person, sendRequest, signUp } from "@/tests/support/app/person";
import { type TestEnvironment, createTestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const PASSWORD = "correct horse battery";
const from = (address: string) => ({ origin: ORIGIN, "x-dossier-address": address });
const signIn = (email: string, password: string, address = randomUUID()) =>
  sendRequest("POST", "/api/auth/sign-in/email", { body: { email, password }, headers: from(address) });

describe("signing up", () => {
  test("makes a private member, whatever else is asked for", async () => {
    const body = { name: "Eve", email: `${randomUUID()}@example.org`, password: PASSWORD };
    for (const extra of [
      { role: "admin" },
      { visibility: "public" },
      { id: randomUUID() },
      { emailVerified: true },
      { image: "https://evil.example/x" },
    ]) {
      const response = await sendRequest("POST", "/api/auth/sign-up/email", {
        body: { ...body, ...extra },
        headers: from(randomUUID()),
      });
      expect(response.status).toBe(422);
    }
    const response = await sendRequest("POST", "/api/auth/sign-up/email", { body, headers: from(randomUUID()) });
    expect(response.status).toBe(200);
    const user = await db().user.findUniqueOrThrow({
      where: { email: body.email },
      include: { grants: true },
    });
    expect(user).toMatchObject({ role: "member", visibility: "private", grants: [] });
    expect(user.handle).toMatch(/^eve-\d{6}$/);
  });

  test("keeps the session in a cookie that no script reads and no other site sends", async () => {
    const response = await sendRequest("POST", "/api/auth/sign-up/email", {
      body: { name: "Eve", email: `${randomUUID()}@example.org`, password: PASSWORD },
      headers: from(randomUUID()),
    });
    expect(response.headers.getSetCookie().join()).toMatch(
      /^dossier-session=[^;]+;.*HttpOnly; SameSite=Lax/i,
    );
  });

  test.each([
    ["a short password", { password: "short" }],
    ["a name with a NUL", { name: "a\u0000" }],
    ["an empty name", { name: " " }],
    ["no e-mail address", { email: "nobody" }],
    ["an address with a NUL", { email: "a\u0000@example.org" }],
    ["an object for an address", { email: { contains: "@" } }],
  ])("refuses %s without an error of ours", async (_, change) => {
    const body = { name: "Eve", email: `${randomUUID()}@example.org`, password: PASSWORD, ...change };
    const response = await sendRequest("POST", "/api/auth/sign-up/email", { body, headers: from(randomUUID()) });
    expect([400, 422]).toContain(response.status);
  });
});

describe("a session", () => {
  test("ends with signing out: the old cookie opens nothing", async () => {
    const eve = await signUp("Eve");
    expect((await eve.get("/api/profile")).status).toBe(200);
    expect((await eve.post("/api/auth/sign-out", {})).status).toBe(200);
    expect((await eve.get("/api/profile")).status).toBe(401);
  });

  test("does not keep from where it was begun", async () => {
    const eve = await signUp("Eve");
    const headers = { ...from(randomUUID()), "user-agent": "Canary/1.0", "x-forwarded-for": "192.0.2.7" };
    const body = { email: eve.email, password: PASSWORD };
    expect((await sendRequest("POST", "/api/auth/sign-in/email", { body, headers })).status).toBe(200);
    for (const session of await db().session.findMany({ where: { userId: eve.id } }))
      expect(session).toMatchObject({ ipAddress: null, userAgent: null });
  });

  test("is new at every sign-in", async () => {
    const eve = await signUp("Eve");
    const response = await signIn(eve.email, PASSWORD);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect(cookie).not.toBe(eve.cookie);
    expect((await new Person({ ...eve, cookie }).get("/api/profile")).status).toBe(200);
  });

  test("cannot be forged: a flipped bit, another's signature, none", async () => {
    const [eve, mallory] = [await signUp("Eve"), await signUp("Mallory")];
    const [name = "", value = ""] = eve.cookie.split("=");
    const [token = ""] = decodeURIComponent(value).split(".");
    const foreign = decodeURIComponent(mallory.cookie.split("=")[1] ?? "").split(".")[1];
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${foreign}`,
      `${token}.AAAA`,
      "%",
      "",
      `${value.slice(0, -8)}AAAAAAAA`,
    ]) {
      expect(
        (await sendRequest("GET", "/api/profile", { headers: { cookie: `${name}=${encodeURIComponent(forged)}` } }))
          .status,
      ).toBe(401);
      expect((await sendRequest("GET", "/api/profile", { headers: { cookie: `${name}=${forged}` } })).status).toBe(
        401,
      );
    }
  });

  test("that has run out is none", async () => {
    const eve = await signUp("Eve");
    await db().session.updateMany({
      where: { userId: eve.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await eve.get("/api/profile")).status).toBe(401);
  });

  test("carries a new role from the very next request, in both directions", async () => {
    const [admin, eve] = [await createPersonWithRole(db(), "admin", []), await signUp("Eve")];
    expect((await eve.get("/api/reviews")).status).toBe(403);
    await admin.request("PATCH", `/api/people/${eve.id}`, { body: { role: "reviewer" } });
    expect((await eve.get("/api/reviews")).status).toBe(200);
    await admin.request("PUT", `/api/people/${eve.id}/grants`, { body: { fields: ["dbsCertificate"] } });
    expect(await db().grant.count({ where: { userId: eve.id } })).toBe(1);
    await admin.request("PATCH", `/api/people/${eve.id}`, { body: { role: "member" } });
    expect((await eve.get("/api/reviews")).status).toBe(403);
    expect(await db().grant.count({ where: { userId: eve.id } })).toBe(0);
  });
});

describe("an admin", () => {
  test("gives neither role nor grant to themselves", async () => {
    const admin = await createPersonWithRole(db(), "admin", []);
    expect((await admin.request("PATCH", `/api/people/${admin.id}`, { body: { role: "member" } })).status).toBe(
      403,
    );
    expect(
      (await admin.request("PUT", `/api/people/${admin.id}/grants`, { body: { fields: ["dbsCertificate"] } }))
        .status,
    ).toBe(403);
    expect(await db().grant.count({ where: { userId: admin.id } })).toBe(0);
  });

  test.each([[["constructor"]], [["profilePicture"]], ["dbsCertificate"], [[{}]]])(
    "gives no grant for what is no private field: %j",
    async (fields) => {
      const [admin, eve] = [await createPersonWithRole(db(), "admin", []), await createPersonWithRole(db(), "reviewer", [])];
      expect((await admin.request("PUT", `/api/people/${eve.id}/grants`, { body: { fields } })).status).toBe(
        422,
      );
    },
  );
});

describe("guessing passwords", () => {
  test("is refused by the tenth try for an account, from however many addresses, also for the right password", async () => {
    const eve = await signUp("Eve");
    const tries = await Promise.all(Array.from({ length: 9 }, () => signIn(eve.email, "wrong wrong wrong")));
    expect(tries.map(({ status }) => status)).toEqual(Array(9).fill(401));
    const refused = await signIn(eve.email, PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("is refused by the tenth try from an address, for however many accounts", async () => {
    const address = randomUUID();
    for (let tried = 0; tried < 9; tried += 1)
      expect((await signIn(`${randomUUID()}@example.org`, "wrong wrong wrong", address)).status).toBe(401);
    expect((await signIn(`${randomUUID()}@example.org`, "wrong wrong wrong", address)).status).toBe(429);
  });

  test("gains nothing by trying fifty times at once", async () => {
    const eve = await signUp("Eve");
    const tries = await Promise.all(Array.from({ length: 50 }, () => signIn(eve.email, "wrong wrong wrong")));
    expect(tries.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(9);
    // 503 where the machine is too busy to hear all of them in time.
    expect([401, 429, 503]).toEqual(expect.arrayContaining(tries.map(({ status }) => status)));
    expect((await signIn(eve.email, "wrong wrong wrong")).status).toBe(429);
  });

  test("counts the same account however its address is written, and keeps no address in the table of tries", async () => {
    const eve = await signUp("Eve");
    for (let tried = 0; tried < 9; tried += 1) {
      const written = tried % 2 === 0 ? eve.email.toUpperCase() : eve.email;
      expect((await signIn(written, "wrong wrong wrong")).status).toBe(401);
    }
    expect((await signIn(eve.email, PASSWORD)).status).toBe(429);
    const keys = (await db().throttle.findMany()).map(({ key }) => key).join("\n");
    expect(keys).toContain("sign-in account ");
    expect(keys).not.toContain("@");
  });

  test("by signing up is refused by the tenth try from an address", async () => {
    const eve = await signUp("Eve");
    const body = { name: "Mallory", email: eve.email, password: PASSWORD };
    const headers = from(randomUUID());
    const signUpAgain = () => sendRequest("POST", "/api/auth/sign-up/email", { body, headers });
    for (let tried = 0; tried < 9; tried += 1) expect((await signUpAgain()).status).toBe(422);
    expect((await signUpAgain()).status).toBe(429);
  });

  test("does not count what turned out right", async () => {
    const eve = await signUp("Eve");
    const address = randomUUID();
    for (let tried = 0; tried < 12; tried += 1)
      expect((await signIn(eve.email, PASSWORD, address)).status).toBe(200);
  });

  test("tells nothing about who has an account", async () => {
    const eve = await signUp("Eve");
    const [known, unknown] = [
      await signIn(eve.email, "wrong wrong wrong"),
      await signIn(`${randomUUID()}@example.org`, "wrong wrong wrong"),
    ];
    expect(known.status).toBe(unknown.status);
    expect(await known.text()).toBe(await unknown.text());
  });
});

test("what Better Auth offers beyond our list is not there", async () => {
  const eve = await signUp("Eve");
  for (const path of [
    "update-user",
    "change-email",
    "delete-user",
    "change-password",
    "list-sessions",
    "request-password-reset",
    "sign-in/social",
  ]) {
    expect((await eve.post(`/api/auth/${path}`, {})).status).toBe(404);
  }
  for (const path of ["list-sessions", "ok", "error", "reference"])
    expect((await eve.get(`/api/auth/${path}`)).status).toBe(404);
});

test.each(["https://evil.example", "null"])(
  "nobody is signed in or out from another site: %s",
  async (origin) => {
    const eve = await signUp("Eve");
    const body = { email: eve.email, password: PASSWORD };
    expect((await sendRequest("POST", "/api/auth/sign-in/email", { body, headers: { origin } })).status).toBe(403);
    const response = await sendRequest("POST", "/api/auth/sign-out", {
      body: {},
      headers: { cookie: eve.cookie, origin },
    });
    expect(response.status).toBe(403);
    expect((await eve.get("/api/profile")).status).toBe(200);
  },
);
