import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { loadAuth } from "@/app/_server/auth";
import { throttlesForRequest } from "@/lib/accounts/auth-endpoints";
import { findFreeHandle } from "@/lib/accounts/handle";
import { countAttempt } from "@/lib/accounts/throttle";
import { createPersonWithRole, ORIGIN, Person, sendRequest, signUp } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const PASSWORD = "correct horse battery";
const from = (address: string) => ({ origin: ORIGIN, "x-dossier-address": address });
const signIn = (email: string, password: string, address: string = randomUUID()) =>
  sendRequest("POST", "/api/auth/sign-in/email", { body: { email, password }, headers: from(address) });

describe("signing up", () => {
  test("creates a private member and ignores other properties", async () => {
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
    const response = await sendRequest("POST", "/api/auth/sign-up/email", {
      body,
      headers: from(randomUUID()),
    });
    expect(response.status).toBe(200);
    const user = await db().user.findUniqueOrThrow({
      where: { email: body.email },
      include: { grants: true },
    });
    expect(user).toMatchObject({ role: "member", visibility: "private", grants: [] });
    expect(user.handle).toMatch(/^eve-\d{6}$/);
  });

  test("suggests another handle when the first one is taken", async () => {
    const { handle: taken } = await db().user.findUniqueOrThrow({ where: { id: (await signUp("Eve")).id } });
    const suggestions = [taken, taken, "eve-free"];
    expect(await findFreeHandle(db(), "Eve", () => suggestions.shift() ?? taken)).toBe("eve-free");
  });

  test("sets an HttpOnly and SameSite session cookie", async () => {
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
  ])("rejects %s with a 4xx status", async (_, change) => {
    const body = { name: "Eve", email: `${randomUUID()}@example.org`, password: PASSWORD, ...change };
    const response = await sendRequest("POST", "/api/auth/sign-up/email", {
      body,
      headers: from(randomUUID()),
    });
    expect([400, 422]).toContain(response.status);
  });
});

describe("a session", () => {
  test("ends when the member signs out", async () => {
    const eve = await signUp("Eve");
    expect((await eve.get("/api/profile")).status).toBe(200);
    expect((await eve.post("/api/auth/sign-out", {})).status).toBe(200);
    expect((await eve.get("/api/profile")).status).toBe(401);
  });

  test("stores no IP address and no user agent", async () => {
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

  test("ends when the same person has twenty newer ones", async () => {
    const eve = await signUp("Eve");
    const expiresAt = new Date(Date.now() + 3600_000);
    await db().session.createMany({
      data: Array.from({ length: 17 }, () => ({
        id: randomUUID(),
        token: randomUUID(),
        userId: eve.id,
        expiresAt,
      })),
    });
    const responses = await Promise.all([1, 2].map(() => signIn(eve.email, PASSWORD)));
    expect((await eve.get("/api/profile")).status).toBe(200);
    responses.push(...(await Promise.all([1, 2, 3].map(() => signIn(eve.email, PASSWORD)))));
    expect(responses.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(await db().session.count({ where: { userId: eve.id } })).toBe(20);
    expect((await eve.get("/api/profile")).status).toBe(401);
  });

  test("rejects a forged cookie", async () => {
    const [eve, mallory] = [await signUp("Eve"), await signUp("Mallory")];
    const [name = "", value = ""] = (eve.cookie.split("; ")[0] ?? "").split("=");
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
        (
          await sendRequest("GET", "/api/profile", {
            headers: { cookie: `${name}=${encodeURIComponent(forged)}` },
          })
        ).status,
      ).toBe(401);
      expect(
        (await sendRequest("GET", "/api/profile", { headers: { cookie: `${name}=${forged}` } })).status,
      ).toBe(401);
    }
  });

  test("is not valid after it expires", async () => {
    const eve = await signUp("Eve");
    await db().session.updateMany({
      where: { userId: eve.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await eve.get("/api/profile")).status).toBe(401);
  });

  test("has a new role from the next request", async () => {
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
  test("cannot change their own role or grants", async () => {
    const admin = await createPersonWithRole(db(), "admin", []);
    expect(
      (await admin.request("PATCH", `/api/people/${admin.id}`, { body: { role: "member" } })).status,
    ).toBe(403);
    expect(
      (await admin.request("PUT", `/api/people/${admin.id}/grants`, { body: { fields: ["dbsCertificate"] } }))
        .status,
    ).toBe(403);
    expect(await db().grant.count({ where: { userId: admin.id } })).toBe(0);
  });

  test.each([[["constructor"]], [["profilePicture"]], ["dbsCertificate"], [[{}]]])(
    "gives no grant for the invalid fields %j",
    async (fields) => {
      const [admin, eve] = [
        await createPersonWithRole(db(), "admin", []),
        await createPersonWithRole(db(), "reviewer", []),
      ];
      expect((await admin.request("PUT", `/api/people/${eve.id}/grants`, { body: { fields } })).status).toBe(
        422,
      );
    },
  );
});

describe("guessing passwords", () => {
  test("is blocked at the tenth attempt on one account from one address", async () => {
    const [eve, address] = [await signUp("Eve"), randomUUID()];
    const guess = () => signIn(eve.email, "wrong wrong wrong", address);
    const attempts = await Promise.all(Array.from({ length: 9 }, guess));
    expect(attempts.map(({ status }) => status)).toEqual(Array(9).fill(401));
    const refused = await signIn(eve.email, PASSWORD, address);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(eve.email, PASSWORD)).status).toBe(200);
  });

  test("is blocked for fifty concurrent attempts", async () => {
    const [eve, address] = [await signUp("Eve"), randomUUID()];
    const guess = () => signIn(eve.email, "wrong wrong wrong", address);
    const attempts = await Promise.all(Array.from({ length: 50 }, guess));
    expect(attempts.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(9);
    // A busy machine may respond with 503.
    expect([401, 429, 503]).toEqual(expect.arrayContaining(attempts.map(({ status }) => status)));
    expect((await guess()).status).toBe(429);
  });

  test("gains nothing from the many addresses of one IPv6 network", async () => {
    const [eve, network] = [await signUp("Eve"), `2001:db8:${randomUUID().slice(0, 4)}:1`];
    for (let tried = 1; tried <= 9; tried += 1)
      expect((await signIn(eve.email, "wrong wrong wrong", `${network}::${tried}`)).status).toBe(401);
    expect((await signIn(eve.email, "wrong wrong wrong", `${network}:a::b`)).status).toBe(429);
  });

  test("by eleven people behind one address succeeds, mistakes included", async () => {
    const address = randomUUID();
    const people = await Promise.all(Array.from({ length: 11 }, () => signUp()));
    for (const { email } of people) {
      expect((await signIn(email, "wrong wrong wrong", address)).status).toBe(401);
      expect((await signIn(email, PASSWORD, address)).status).toBe(200);
    }
  });

  test.each([
    ["one address", 30, () => [`${randomUUID()}@example.org`, "192.0.2.200"]],
    ["many addresses on one account", 99, () => ["target@example.org", randomUUID()]],
  ] as const)("from %s has a bound", async (_, limit, next) => {
    const statuses: number[] = [];
    for (let tried = 0; tried <= limit; tried += 1) {
      const [email = "", address = ""] = next();
      const body = throttlesForRequest("sign-in/email", email, address);
      statuses.push(
        await countAttempt(appContext(), body).then(
          () => 401,
          () => 429,
        ),
      );
    }
    expect(statuses).toEqual([...Array(limit).fill(401), 429]);
  });

  test("counts attempts by a hash of the normalized e-mail address", async () => {
    const [eve, address] = [await signUp("Eve"), randomUUID()];
    for (let tried = 0; tried < 9; tried += 1) {
      const written = tried % 2 === 0 ? eve.email.toUpperCase() : eve.email;
      expect((await signIn(written, "wrong wrong wrong", address)).status).toBe(401);
    }
    expect((await signIn(eve.email, PASSWORD, address)).status).toBe(429);
    const keys = (await db().throttle.findMany()).map(({ key }) => key).join("\n");
    expect(keys).toContain("sign-in account ");
    expect(keys).not.toContain("@");
  });

  test("by sign-up is blocked at the tenth attempt from one address", async () => {
    const eve = await signUp("Eve");
    const body = { name: "Mallory", email: eve.email, password: PASSWORD };
    const headers = from(randomUUID());
    const signUpAgain = () => sendRequest("POST", "/api/auth/sign-up/email", { body, headers });
    for (let tried = 0; tried < 9; tried += 1) expect((await signUpAgain()).status).toBe(422);
    expect((await signUpAgain()).status).toBe(429);
  });

  test("by sign-up counts when it succeeds", async () => {
    const headers = from(randomUUID());
    const statuses: number[] = [];
    for (let tried = 0; tried < 10; tried += 1) {
      const body = { name: "Mallory", email: `${randomUUID()}@example.org`, password: PASSWORD };
      const response = await sendRequest("POST", "/api/auth/sign-up/email", { body, headers });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([...Array(9).fill(200), 429]);
  });

  test("is not counted after a successful sign-in", async () => {
    const eve = await signUp("Eve");
    const address = randomUUID();
    for (let tried = 0; tried < 12; tried += 1)
      expect((await signIn(eve.email, PASSWORD, address)).status).toBe(200);
  });

  test("does not reveal which accounts exist", async () => {
    const eve = await signUp("Eve");
    const [known, unknown] = [
      await signIn(eve.email, "wrong wrong wrong"),
      await signIn(`${randomUUID()}@example.org`, "wrong wrong wrong"),
    ];
    expect(known.status).toBe(unknown.status);
    expect(await known.text()).toBe(await unknown.text());
  });
});

test("endpoints of Better Auth outside our list are not found", async () => {
  const eve = await signUp("Eve");
  for (const path of [
    "update-user",
    "change-email",
    "delete-user",
    "change-password",
    "list-sessions",
    "request-password-reset",
    "sign-in/social",
    "admin/impersonate-user",
    "admin/set-user-password",
    "two-factor/enable",
    "two-factor/disable",
    "two-factor/verify-totp",
    "two-factor/verify-backup-code",
    "passkey/verify-authentication",
    "passkey/verify-registration",
    "session-starter/start-session",
    "start-session",
    "revoke-sessions",
  ]) {
    expect((await eve.post(`/api/auth/${path}`, {})).status).toBe(404);
  }
  for (const path of ["list-sessions", "ok", "error", "reference"])
    expect((await eve.get(`/api/auth/${path}`)).status).toBe(404);
});

test("Better Auth has no plug-in but ours, and no cookie cache", async () => {
  const { options } = await loadAuth();
  expect(options.plugins.map(({ id }) => id)).toEqual(["session-starter"]);
  expect(options.session.cookieCache).toEqual({ enabled: false });
  const { version } = JSON.parse(readFileSync("node_modules/better-auth/package.json", "utf8"));
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  expect([major, minor]).toEqual([1, 7]);
  expect(patch).toBeGreaterThanOrEqual(16);
});

test.each(["https://evil.example", "null"])(
  "sign-in and sign-out are rejected from the origin %s",
  async (origin) => {
    const eve = await signUp("Eve");
    const body = { email: eve.email, password: PASSWORD };
    expect((await sendRequest("POST", "/api/auth/sign-in/email", { body, headers: { origin } })).status).toBe(
      403,
    );
    const response = await sendRequest("POST", "/api/auth/sign-out", {
      body: {},
      headers: { cookie: eve.cookie, origin },
    });
    expect(response.status).toBe(403);
    expect((await eve.get("/api/profile")).status).toBe(200);
  },
);
