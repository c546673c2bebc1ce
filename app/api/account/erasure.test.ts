import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { type AppContext, secondsFromNow } from "@/lib/app-context";
import { deliverDueMails } from "@/lib/mail/deliver";
import { runRetention } from "@/lib/retention/run-retention";
import {
  createMember,
  createPersonWithRole,
  ORIGIN,
  type Person,
  sendRequest,
  signUp,
} from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const PASSWORD = "correct horse battery";
const DAY_MS = 24 * 3600 * 1000;

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const findPerson = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const listMails = (recipientId: string) => db().mail.findMany({ where: { recipientId } });
const listEvents = async (subjectId: string) =>
  (await db().trail.findMany({ where: { subjectId }, orderBy: { seq: "asc" } })).map(({ event }) => event);
const ask = (person: Person, password?: string, address: string = randomUUID()) =>
  person.request("POST", "/api/account/erasure", {
    body: password === undefined ? {} : { password },
    headers: { "x-dossier-address": address },
  });
const signIn = ({ email }: Person, address: string = randomUUID()) =>
  sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password: PASSWORD },
    headers: { origin: ORIGIN, "x-dossier-address": address },
  });
const at = (time: Date): AppContext => ({ ...appContext(), clock: { now: () => time } });

describe("asking for the erasure", () => {
  test("needs the password, and answers with the time seven days on", async () => {
    const ada = await signUp();
    const before = Date.now();
    const response = await ask(ada, PASSWORD);
    const { erasedAt } = await response.json();
    expect(response.status).toBe(202);
    expect(Date.parse(erasedAt) - before - 7 * DAY_MS).toBeGreaterThanOrEqual(0);
    expect(Date.parse(erasedAt) - Date.now() - 7 * DAY_MS).toBeLessThanOrEqual(0);
    expect(await findPerson(ada.id)).toMatchObject({ erasureDueAt: new Date(erasedAt), leftAt: null });
    expect(await listMails(ada.id)).toMatchObject([{ template: "erasure-asked", detail: { erasedAt } }]);
    expect(await listEvents(ada.id)).toEqual(["erasure.asked"]);
    expect((await ada.get("/api/profile")).status).toBe(200);
  });

  test("a repeat returns the same time", async () => {
    const ada = await createMember();
    const responses = [await ask(ada), ...(await Promise.all([ask(ada), ask(ada)]))];
    const times = await Promise.all(responses.map(async (each) => (await each.json()).erasedAt));
    expect(new Set(times).size).toBe(1);
    expect(await listMails(ada.id)).toHaveLength(1);
    expect(await listEvents(ada.id)).toEqual(["erasure.asked"]);
  });

  test.each([undefined, "", "wrong horse battery"])("refuses the password %j", async (password) => {
    const ada = await signUp();
    const response = await ask(ada, password);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "invalid", errors: [{ path: "password" }] });
    expect((await findPerson(ada.id)).erasureDueAt).toBeNull();
  });

  test("refuses the tenth guess, and a sign-in after it", async () => {
    const [ada, address] = [await signUp(), randomUUID()];
    for (let guess = 0; guess < 9; guess += 1)
      expect((await ask(ada, `guess number ${guess}`, address)).status).toBe(422);
    const refused = await ask(ada, PASSWORD, address);
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect((await signIn(ada, address)).status).toBe(429);
    expect((await findPerson(ada.id)).erasureDueAt).toBeNull();
  });

  test("right passwords are not counted as guesses", async () => {
    const [ada, address] = [await signUp(), randomUUID()];
    for (let count = 0; count < 11; count += 1) expect((await ask(ada, PASSWORD, address)).status).toBe(202);
  });

  test("needs a fresh sign-in", async () => {
    const ada = await createMember();
    const createdAt = secondsFromNow(appContext().clock, -12 * 3600 - 1);
    await db().session.updateMany({ where: { userId: ada.id }, data: { createdAt } });
    const response = await ask(ada);
    expect([response.status, (await response.json()).code]).toEqual([403, "fresh_session_required"]);
  });

  test.each([
    ["a password that is a number", { password: 5 }],
    ["a password that is too long", { password: "x".repeat(1025) }],
    ["another property", { id: randomUUID() }],
    ["a list", []],
  ])("refuses a body with %s", async (_, body) => {
    const ada = await createMember();
    expect((await ada.post("/api/account/erasure", body)).status).toBe(422);
  });
});

describe("keeping the account", () => {
  test("cancels the erasure and its mail", async () => {
    const ada = await createMember();
    const { erasedAt } = await (await ask(ada)).json();
    expect((await ada.request("DELETE", "/api/account/erasure")).status).toBe(204);
    expect((await ada.request("DELETE", "/api/account/erasure")).status).toBe(204);
    expect(await listMails(ada.id)).toEqual([]);
    expect(await listEvents(ada.id)).toEqual(["erasure.asked", "erasure.cancelled"]);
    await runRetention(at(new Date(erasedAt)));
    expect(await findPerson(ada.id)).toMatchObject({ erasureDueAt: null, erasureStartedAt: null });
  });

  test("a sign-in alone cancels nothing", async () => {
    const ada = await signUp();
    await ask(ada, PASSWORD);
    expect((await signIn(ada)).status).toBe(200);
    expect((await findPerson(ada.id)).erasureDueAt).not.toBeNull();
  });

  test("is possible until the job has started", async () => {
    const ada = await createMember();
    const { erasedAt } = await (await ask(ada)).json();
    await runRetention(at(new Date(Date.parse(erasedAt) - 1)));
    expect((await findPerson(ada.id)).erasureStartedAt).toBeNull();
    await runRetention(at(new Date(erasedAt)));
    expect((await findPerson(ada.id)).erasureStartedAt).not.toBeNull();
    expect((await ada.request("DELETE", "/api/account/erasure")).status).toBe(401);
  });
});

describe("an account whose erasure has started", () => {
  test("has no session, not even one of a sign-in under way", async () => {
    const ada = await createMember();
    const { token } = await db().session.findFirstOrThrow({ where: { userId: ada.id } });
    const { erasedAt } = await (await ask(ada)).json();
    await runRetention(at(new Date(erasedAt)));
    const expiresAt = new Date(Date.now() + DAY_MS);
    await db().session.create({ data: { id: randomUUID(), token, userId: ada.id, expiresAt } });
    expect((await ada.get("/api/profile")).status).toBe(401);
    const declared = { name: "a.pdf", type: "application/pdf", size: 1, sha256: `${"A".repeat(43)}=` };
    expect((await ada.post("/api/uploads", { field: "contract", ...declared })).status).toBe(401);
  });

  test("has no password, and its address is free when it is erased", async () => {
    const ada = await signUp();
    const { erasedAt } = await (await ask(ada, PASSWORD)).json();
    const due = at(new Date(erasedAt));
    await runRetention(due);
    expect((await signIn(ada)).status).toBe(401);
    await deliverDueMails(due);
    await runRetention(due);
    expect(await db().user.count({ where: { id: ada.id } })).toBe(0);
    const again = await sendRequest("POST", "/api/auth/sign-up/email", {
      body: { name: "Ada", email: ada.email, password: PASSWORD },
      headers: { origin: ORIGIN, "x-dossier-address": randomUUID() },
    });
    expect(again.status).toBe(200);
    expect((await again.json()).user.id).not.toBe(ada.id);
  });
});

test("an admin erases only the own account", async () => {
  const [ada, admin] = [await createMember(), await createPersonWithRole(db(), "admin", [])];
  await createPersonWithRole(db(), "admin", []);
  for (const body of [{ id: ada.id }, { userId: ada.id }])
    expect((await admin.post("/api/account/erasure", body)).status).toBe(422);
  expect((await findPerson(ada.id)).erasureDueAt).toBeNull();
});
