import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { readSigned } from "@/lib/accounts/signed-token";
import { env } from "@/lib/config/env";
import { addApp, codeOf } from "@/tests/support/app/authenticator";
import { ORIGIN, Person, sendRequest, signUp } from "@/tests/support/app/person";
import { registerPasskey } from "@/tests/support/app/virtual-passkey";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const PASSWORD = "correct horse battery";
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");

const signIn = (email: string, password = PASSWORD) =>
  sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password },
    headers: { origin: ORIGIN, "x-dossier-address": randomUUID() },
  });

function sendCode(firstStep: Response | string, code: string, address: string = randomUUID()) {
  const cookie = typeof firstStep === "string" ? firstStep : cookiesOf(firstStep);
  return sendRequest("POST", "/api/auth/sign-in/code", {
    body: { code },
    headers: { origin: ORIGIN, cookie, "x-dossier-address": address },
  });
}

describe("a sign-in with an authenticator app", () => {
  test("needs a code after the password", async () => {
    const eve = await signUp("Eve");
    const { key } = await addApp(eve);
    const first = await signIn(eve.email);
    expect([first.status, await first.clone().json()]).toEqual([200, { secondFactor: ["app", "backup"] }]);
    const second = await sendCode(first, await codeOf(key));
    expect(second.status).toBe(200);
    const returned = new Person({ ...eve, cookie: cookiesOf(second) });
    expect((await returned.get("/api/profile")).status).toBe(200);
    const { items } = await (await returned.get("/api/sessions")).json();
    expect(items).toHaveLength(2);
  });

  test("has no session and no session cookie before the code", async () => {
    const eve = await signUp("Eve");
    await addApp(eve);
    const sessions = () => db().session.findMany({ where: { userId: eve.id }, orderBy: { id: "asc" } });
    const before = await sessions();
    const first = await signIn(eve.email);
    expect(await sessions()).toEqual(before);
    expect(cookiesOf(first)).not.toContain("dossier-session=");
    const pending = new Person({ ...eve, cookie: cookiesOf(first) });
    expect((await pending.get("/api/profile")).status).toBe(401);
    expect(await (await pending.get("/api/auth/get-session")).json()).toBeNull();
  });

  test("ends no session and undoes no leaving before the code", async () => {
    const eve = await signUp("Eve");
    const { key } = await addApp(eve);
    const expiresAt = new Date(Date.now() + 3600_000);
    await db().session.createMany({
      data: Array.from({ length: 19 }, () => ({
        id: randomUUID(),
        token: randomUUID(),
        userId: eve.id,
        expiresAt,
        signedInWith: "code" as const,
      })),
    });
    await db().user.update({ where: { id: eve.id }, data: { leftAt: new Date() } });
    const first = await signIn(eve.email);
    expect(await db().session.count({ where: { userId: eve.id } })).toBe(20);
    expect((await eve.get("/api/profile")).status).toBe(200);
    const find = () => db().user.findUniqueOrThrow({ where: { id: eve.id } });
    expect((await find()).leftAt).not.toBeNull();
    await sendCode(first, await codeOf(key));
    expect((await find()).leftAt).toBeNull();
    expect(await db().session.count({ where: { userId: eve.id } })).toBe(20);
  });

  test("accepts each code once, also of two requests at once", async () => {
    const eve = await signUp("Eve");
    const { key } = await addApp(eve);
    const first = await signIn(eve.email);
    const code = await codeOf(key);
    const answers = await Promise.all([1, 2, 3].map(() => sendCode(first, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    // The code of the period before is older than the last accepted one.
    expect((await sendCode(first, await codeOf(key, Date.now()))).status).toBe(422);
    expect((await sendCode(await signIn(eve.email), code)).status).toBe(422);
  });

  test("refuses codes of other times and of other people", async () => {
    const [eve, mallory] = [await signUp("Eve"), await signUp("Mallory")];
    const [{ key }, { key: foreign }] = [await addApp(eve), await addApp(mallory)];
    const first = await signIn(eve.email);
    for (const time of [-90_000, 90_000, 3600_000])
      expect((await sendCode(first, await codeOf(key, Date.now() + time))).status).toBe(422);
    expect((await sendCode(first, await codeOf(foreign))).status).toBe(422);
    for (const code of ["", "000", "١٢٣٤٥٦", "\u0000", "x".repeat(41)])
      expect((await sendCode(first, code)).status).toBe(422);
  });

  test("answers a wrong password as for an account without a second factor", async () => {
    const [eve, plain] = [await signUp("Eve"), await signUp("Plain")];
    await addApp(eve);
    const [one, other] = [
      await signIn(eve.email, "wrong wrong wrong"),
      await signIn(plain.email, "wrong wrong"),
    ];
    expect(one.status).toBe(other.status);
    expect(await one.text()).toBe(await other.text());
    expect(one.headers.get("content-type")).toBe(other.headers.get("content-type"));
    expect(one.headers.getSetCookie()).toEqual([]);
  });

  test("is blocked at the tenth wrong code from one network", async () => {
    const eve = await signUp("Eve");
    const { key } = await addApp(eve);
    const [first, address] = [await signIn(eve.email), randomUUID()];
    for (let tried = 0; tried < 9; tried += 1)
      expect((await sendCode(first, "000000", address)).status).toBe(422);
    expect((await sendCode(first, await codeOf(key), address)).status).toBe(429);
    for (let tried = 0; tried < 10; tried += 1) expect((await sendCode(first, "000000")).status).toBe(422);
    expect((await sendCode(first, await codeOf(key))).status).toBe(429);
  });

  test("needs the cookie of the first step, for five minutes", async () => {
    const [eve, mallory] = [await signUp("Eve"), await signUp("Mallory")];
    const [{ key }] = [await addApp(eve), await addApp(mallory)];
    const first = await signIn(eve.email);
    const [cookie = ""] = first.headers.getSetCookie();
    expect(cookie).toMatch(/^dossier-second-step=[^;]+; Max-Age=300; Path=\/; HttpOnly; SameSite=Strict$/);
    const token = cookie.split(";")[0]?.split("=")[1] ?? "";
    const at = (seconds: number) =>
      readSigned(env().AUTH_SECRET, "second step", token, new Date(Date.now() + seconds * 1000));
    expect([at(295) === null, at(301)]).toEqual([false, null]);
    const code = await codeOf(key);
    const forged = token.replace(eve.id, mallory.id);
    for (const other of ["", "dossier-second-step=x", `dossier-second-step=${forged}`])
      expect((await sendCode(other, code)).status).toBe(401);
    expect((await sendCode(first, code)).status).toBe(200);
  });

  test("ends between its steps when the password changes", async () => {
    const eve = await signUp("Eve");
    const { key } = await addApp(eve);
    const first = await signIn(eve.email);
    const body = { password: PASSWORD, newPassword: "another horse battery" };
    expect((await eve.post("/api/account/password", body)).status).toBe(204);
    expect((await sendCode(first, await codeOf(key))).status).toBe(401);
  });
});

describe("backup codes", () => {
  test("sign in once each, however they are typed", async () => {
    const eve = await signUp("Eve");
    const { backupCodes } = await addApp(eve);
    expect(new Set(backupCodes).size).toBe(10);
    const [one = "", two = ""] = backupCodes;
    const first = await signIn(eve.email);
    const answers = await Promise.all([1, 2].map(() => sendCode(first, one)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect((await sendCode(first, ` ${two.toUpperCase().replace("-", " ")} `)).status).toBe(200);
    expect(await db().backupCode.count({ where: { userId: eve.id } })).toBe(8);
  });

  test("end when new ones are made", async () => {
    const eve = await signUp("Eve");
    const { backupCodes: earlier } = await addApp(eve);
    const { backupCodes } = await (await eve.post("/api/account/backup-codes")).json();
    const first = await signIn(eve.email);
    expect((await sendCode(first, earlier[0] ?? "")).status).toBe(422);
    expect((await sendCode(first, backupCodes[0])).status).toBe(200);
  });

  test("need a second factor", async () => {
    const eve = await signUp("Eve");
    expect((await eve.post("/api/account/backup-codes")).status).toBe(409);
  });
});

test("the database shows neither keys nor backup codes", async () => {
  const eve = await signUp("Eve");
  const { key, backupCodes } = await addApp(eve);
  const tables = [
    "User",
    "Account",
    "Authenticator",
    "BackupCode",
    "Verification",
    "Session",
    "Mail",
    "Trail",
  ];
  const rows = await Promise.all(tables.map((table) => db().pool.query(`SELECT t::text FROM "${table}" t`)));
  const text = JSON.stringify(rows.map((result) => result.rows)).toLowerCase();
  const { base32 } = await import("@better-auth/utils/base32");
  const bytes = Buffer.from(base32.decode(key));
  for (const shown of [key, bytes.toString("hex"), bytes.toString("base64"), ...backupCodes])
    expect(text).not.toContain(shown.toLowerCase());
});

describe("an authenticator app", () => {
  test("counts only after a code of it", async () => {
    const eve = await signUp("Eve");
    const { key } = await (await eve.post("/api/account/app")).json();
    const confirm = (code: string) => eve.request("PUT", "/api/account/app", { body: { code } });
    expect((await confirm("000000")).status).toBe(422);
    expect(await (await signIn(eve.email)).json()).toHaveProperty("user");
    expect((await confirm(await codeOf(key))).status).toBe(200);
    expect(await (await signIn(eve.email)).json()).toEqual({ secondFactor: ["app", "backup"] });
  });

  test("is not replaced without being removed", async () => {
    const eve = await signUp("Eve");
    const { key } = await addApp(eve);
    expect((await eve.post("/api/account/app")).status).toBe(409);
    const body = { code: await codeOf(key) };
    expect((await eve.request("PUT", "/api/account/app", { body })).status).toBe(409);
    expect((await eve.request("DELETE", "/api/account/app")).status).toBe(204);
    expect((await eve.request("DELETE", "/api/account/app")).status).toBe(409);
    expect((await eve.post("/api/account/app")).status).toBe(200);
  });

  test("ends other sessions by password alone, and keeps the current one", async () => {
    const eve = await signUp("Eve");
    const other = new Person({ ...eve, cookie: cookiesOf(await signIn(eve.email)) });
    await addApp(eve);
    expect((await eve.get("/api/profile")).status).toBe(200);
    expect((await other.get("/api/profile")).status).toBe(401);
  });

  test("leaves no valid session to a concurrent sign-in by password", async () => {
    const eve = await signUp("Eve");
    const other = new Person({ ...eve, cookie: cookiesOf(await signIn(eve.email)) });
    // The sign-in has read the account before the app was confirmed, and writes its session after
    // it.
    const row = await db().session.findFirstOrThrow({ where: { userId: eve.id }, orderBy: { id: "desc" } });
    await addApp(eve);
    await db().session.create({ data: row });
    expect((await other.get("/api/profile")).status).toBe(401);
    expect((await other.post("/api/uploads", {})).status).toBe(401);
  });

  test("is reported in the audit trail and by mail", async () => {
    const eve = await signUp("Eve");
    await addApp(eve);
    await eve.request("DELETE", "/api/account/app");
    const entries = await db().trail.findMany({ where: { subjectId: eve.id }, orderBy: { seq: "asc" } });
    expect(entries).toMatchObject([
      { event: "second_factor.added", byId: eve.id, detail: { kind: "app" } },
      { event: "second_factor.removed", byId: eve.id, detail: { kind: "app" } },
    ]);
    const mails = await db().mail.findMany({ where: { recipientId: eve.id }, orderBy: { id: "asc" } });
    expect(mails).toMatchObject([
      { template: "second-factor", detail: { change: "added", kind: "app" } },
      { template: "second-factor", detail: { change: "removed", kind: "app" } },
    ]);
  });

  test("takes the backup codes with it, unless a passkey stays", async () => {
    const eve = await signUp("Eve");
    await addApp(eve);
    await registerPasskey(eve);
    await eve.request("DELETE", "/api/account/app");
    expect(await db().backupCode.count({ where: { userId: eve.id } })).toBe(10);
    expect(await (await signIn(eve.email)).json()).toEqual({ secondFactor: ["passkey", "backup"] });
    const { id } = await db().passkey.findFirstOrThrow({ where: { userId: eve.id } });
    expect((await eve.request("DELETE", `/api/passkeys/${id}`)).status).toBe(204);
    expect(await db().backupCode.count({ where: { userId: eve.id } })).toBe(0);
  });
});
