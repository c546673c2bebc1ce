import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { linkPath } from "@/lib/accounts/one-time-links";
import { addApp } from "@/tests/support/app/authenticator";
import { createMember, ORIGIN, Person, sendRequest, signUp } from "@/tests/support/app/person";
import { registerPasskey } from "@/tests/support/app/virtual-passkey";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const PASSWORD = "correct horse battery";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

function signIn(email: string, password = PASSWORD, headers: Record<string, string> = {}) {
  return sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password },
    headers: { origin: ORIGIN, "x-dossier-address": randomUUID(), ...headers },
  });
}

/** Signs in again, in another browser. */
async function onAnotherDevice(person: Person): Promise<Person> {
  const response = await signIn(person.email);
  const cookie = response.headers.getSetCookie().map((each) => each.split(";")[0]);
  return new Person({ ...person, cookie: cookie.join("; ") });
}

const mailsTo = (person: Person) =>
  db().mail.findMany({ where: { recipientId: person.id }, orderBy: { id: "asc" } });
const newAddress = () => `${randomUUID()}@example.org`;

/** Returns the token of a person's link, as the mail has it. */
async function tokenFor(person: Person, purpose: "address" | "address-undo"): Promise<string> {
  const link = await db().oneTimeLink.findFirstOrThrow({
    where: { purpose, personId: person.id },
    orderBy: { id: "desc" },
  });
  return linkPath(appContext(), link).split("/").at(-1) ?? "";
}

const openLink = (path: "link" | "undo", token: string) =>
  sendRequest("POST", `/api/account/address/${path}`, { body: { token }, headers: { origin: ORIGIN } });

async function changeAddress(person: Person, email: string): Promise<Response> {
  const asked = await person.post("/api/account/address", { email, password: PASSWORD });
  if (asked.status !== 202) return asked;
  return openLink("link", await tokenFor(person, "address"));
}

const emailOf = async ({ id }: Person) => (await db().user.findUniqueOrThrow({ where: { id } })).email;

describe("changing the password", () => {
  const change = (person: Person, password: string, newPassword: string) =>
    person.post("/api/account/password", { password, newPassword });

  test("ends all other sessions and tells the person", async () => {
    const eve = await signUp("Eve");
    const other = await onAnotherDevice(eve);
    expect((await change(eve, PASSWORD, "another horse battery")).status).toBe(204);
    expect((await eve.get("/api/profile")).status).toBe(200);
    expect((await other.get("/api/profile")).status).toBe(401);
    expect((await signIn(eve.email)).status).toBe(401);
    expect((await signIn(eve.email, "another horse battery")).status).toBe(200);
    expect((await mailsTo(eve)).map(({ template }) => template)).toContain("password-changed");
    const entries = await db().trail.findMany({ where: { subjectId: eve.id } });
    expect(entries).toMatchObject([{ event: "password.changed", byId: eve.id, detail: {} }]);
  });

  test("ends a change of the address that a stranger asked for", async () => {
    const eve = await signUp("Eve");
    await eve.post("/api/account/address", { email: newAddress(), password: PASSWORD });
    const token = await tokenFor(eve, "address");
    expect((await change(eve, PASSWORD, "another horse battery")).status).toBe(204);
    expect((await openLink("link", token)).status).toBe(410);
    expect(await emailOf(eve)).toBe(eve.email);
  });

  test("needs the present password, with a limit of attempts", async () => {
    const eve = await signUp("Eve");
    const guess = () => change(eve, "wrong wrong wrong", "another horse battery");
    const statuses: number[] = [];
    for (let tried = 0; tried < 10; tried += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array(9).fill(422), 429]);
    expect((await signIn(eve.email)).status).toBe(200);
  });

  test.each(["short", "password123!", "aaaaaaaaaaaaaa", "x".repeat(257)])(
    "refuses the new password %s",
    async (password) => {
      const eve = await signUp("Eve");
      const response = await change(eve, PASSWORD, password);
      expect([response.status, (await response.json()).errors?.[0]?.path]).toEqual([422, "newPassword"]);
      expect((await signIn(eve.email)).status).toBe(200);
    },
  );

  test("refuses the own name and address as a password", async () => {
    const grace = await signUp("Grace Brewster Hopper");
    for (const password of ["GraceHopper1906", grace.email])
      expect((await change(grace, PASSWORD, password)).status).toBe(422);
  });

  test("twice at once succeeds once", async () => {
    const eve = await signUp("Eve");
    const passwords = ["first horse battery", "second horse battery"];
    const responses = await Promise.all(passwords.map((password) => change(eve, PASSWORD, password)));
    expect(responses.map(({ status }) => status).sort()).toEqual([204, 409]);
  });
});

describe("changing the address", () => {
  test("takes effect with the link, and tells both addresses", async () => {
    const eve = await signUp("Eve");
    const email = newAddress();
    const asked = await eve.post("/api/account/address", { email: email.toUpperCase(), password: PASSWORD });
    expect(asked.status).toBe(202);
    expect(await emailOf(eve)).toBe(eve.email);
    const response = await openLink("link", await tokenFor(eve, "address"));
    expect([response.status, await response.json()]).toEqual([200, { email }]);
    expect(await db().user.findUniqueOrThrow({ where: { id: eve.id } })).toMatchObject({
      email,
      emailVerified: true,
    });
    expect((await mailsTo(eve)).map(({ template }) => template)).toEqual([
      "address-change",
      "address-changed",
      "address-is-new",
    ]);
    const undo = await db().oneTimeLink.findFirstOrThrow({ where: { personId: eve.id } });
    expect(undo).toMatchObject({ purpose: "address-undo", email: eve.email });
    expect((await signIn(email)).status).toBe(200);
    expect((await signIn(eve.email)).status).toBe(401);
  });

  test("is in the audit trail without an address that can be read", async () => {
    const eve = await signUp("Eve");
    await changeAddress(eve, newAddress());
    const { rows } = await db().pool.query(
      `SELECT t::text AS text FROM "Trail" t WHERE "subjectId" = $1 AND event = 'email.changed'`,
      [eve.id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].text).not.toContain("@");
  });

  test("needs the password and a fresh sign-in", async () => {
    const eve = await signUp("Eve");
    const ask = (password: string) => eve.post("/api/account/address", { email: newAddress(), password });
    expect((await ask("wrong wrong wrong")).status).toBe(422);
    await db().session.updateMany({
      where: { userId: eve.id },
      data: { createdAt: new Date(Date.now() - 13 * 3600_000) },
    });
    const response = await ask(PASSWORD);
    expect([response.status, (await response.json()).code]).toEqual([403, "fresh_session_required"]);
  });

  test("reveals no taken address, and takes none", async () => {
    const [eve, grace] = [await signUp("Eve"), await signUp("Grace")];
    const ask = (email: string) => eve.post("/api/account/address", { email, password: PASSWORD });
    const [free, taken] = [await ask(newAddress()), await ask(grace.email)];
    expect(taken.status).toBe(free.status);
    expect(await taken.text()).toBe(await free.text());
    const response = await openLink("link", await tokenFor(eve, "address"));
    expect([response.status, (await response.json()).code]).toEqual([409, "conflict"]);
    expect([await emailOf(eve), await emailOf(grace)]).toEqual([eve.email, grace.email]);
  });

  test("has one link: that of the latest request, and it works once", async () => {
    const eve = await signUp("Eve");
    const [one, two] = [newAddress(), newAddress()];
    await eve.post("/api/account/address", { email: one, password: PASSWORD });
    const earlier = await tokenFor(eve, "address");
    await eve.post("/api/account/address", { email: two, password: PASSWORD });
    const latest = await tokenFor(eve, "address");
    expect((await openLink("link", earlier)).status).toBe(410);
    const responses = await Promise.all([latest, latest].map((token) => openLink("link", token)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(await emailOf(eve)).toBe(two);
  });

  test("has a limit of mails to strangers", async () => {
    const eve = await signUp("Eve");
    const statuses: number[] = [];
    for (let tried = 0; tried < 6; tried += 1)
      statuses.push(
        (await eve.post("/api/account/address", { email: newAddress(), password: PASSWORD })).status,
      );
    expect(statuses).toEqual([...Array(5).fill(202), 429]);
  });

  test.each(["nobody", "", "a\u0000@example.org", { contains: "@" }])(
    "refuses the address %j",
    async (email) => {
      const eve = await createMember();
      expect((await eve.post("/api/account/address", { email, password: PASSWORD })).status).toBe(422);
    },
  );
});

describe("undoing a change of the address", () => {
  test("brings it back, and ends sessions and what was added since", async () => {
    const eve = await signUp("Eve");
    await addApp(eve);
    await changeAddress(eve, newAddress());
    await registerPasskey(eve);
    const undo = await tokenFor(eve, "address-undo");
    await changeAddress(eve, newAddress());
    const response = await openLink("undo", undo);
    expect([response.status, await response.json()]).toEqual([200, { email: eve.email }]);
    expect((await eve.get("/api/profile")).status).toBe(401);
    const account = await db().user.findUniqueOrThrow({
      where: { id: eve.id },
      include: { passkeys: true, authenticator: true, oneTimeLinks: true },
    });
    expect(account).toMatchObject({
      email: eve.email,
      hasSecondFactor: true,
      passkeys: [],
      oneTimeLinks: [],
    });
    expect(account.authenticator).not.toBeNull();
    expect((await openLink("undo", undo)).status).toBe(410);
  });

  test("is refused where another account has the address by now", async () => {
    const eve = await signUp("Eve");
    await changeAddress(eve, newAddress());
    const undo = await tokenFor(eve, "address-undo");
    const grace = await createMember();
    await db().user.update({ where: { id: grace.id }, data: { email: eve.email } });
    expect((await openLink("undo", undo)).status).toBe(409);
    await db().user.update({ where: { id: grace.id }, data: { email: newAddress() } });
    expect((await openLink("undo", undo)).status).toBe(200);
  });

  test("works for seven days, and with no token of another purpose", async () => {
    const eve = await signUp("Eve");
    await eve.post("/api/account/address", { email: newAddress(), password: PASSWORD });
    const token = await tokenFor(eve, "address");
    expect((await openLink("undo", token)).status).toBe(404);
    await openLink("link", token);
    const undo = await tokenFor(eve, "address-undo");
    const { expiresAt } = await db().oneTimeLink.findFirstOrThrow({ where: { personId: eve.id } });
    expect((expiresAt.getTime() - Date.now()) / 3600_000 / 24).toBeCloseTo(7, 2);
    await db().oneTimeLink.updateMany({ where: { personId: eve.id }, data: { expiresAt: new Date() } });
    expect((await openLink("undo", undo)).status).toBe(410);
  });
});

describe("sessions", () => {
  test("are listed with a device, and never with a token", async () => {
    const eve = await signUp("Eve");
    const response = await signIn(eve.email, PASSWORD, { "user-agent": FIREFOX });
    const cookie = response.headers.getSetCookie().map((each) => each.split(";")[0]);
    const current = new Person({ ...eve, cookie: cookie.join("; ") });
    const listed = await current.get("/api/sessions");
    const text = await listed.text();
    const { items } = JSON.parse(text);
    expect(items.map((item: object) => Object.keys(item).sort())).toEqual(
      Array(2).fill(["createdAt", "current", "device", "id", "lastSeenAt"]),
    );
    expect(items).toMatchObject([{ current: true, device: "Firefox on Linux" }, { current: false }]);
    for (const { token } of await db().session.findMany({ where: { userId: eve.id } }))
      expect(text).not.toContain(token);
    expect(await db().session.findMany({ where: { userId: eve.id, NOT: { userAgent: null } } })).toEqual([]);
  });

  test("end one by one, or all but the current one", async () => {
    const eve = await signUp("Eve");
    const [one, two] = [await onAnotherDevice(eve), await onAnotherDevice(eve)];
    const { items } = await (await one.get("/api/sessions")).json();
    const { id } = items.find(({ current }: { current: boolean }) => current);
    expect((await eve.request("DELETE", `/api/sessions/${id}`)).status).toBe(204);
    expect((await eve.request("DELETE", `/api/sessions/${id}`)).status).toBe(404);
    expect([(await one.get("/api/profile")).status, (await two.get("/api/profile")).status]).toEqual([
      401, 200,
    ]);
    expect((await eve.request("DELETE", "/api/sessions")).status).toBe(204);
    expect([(await eve.get("/api/profile")).status, (await two.get("/api/profile")).status]).toEqual([
      200, 401,
    ]);
  });

  test("of other people are not found", async () => {
    const [eve, mallory] = [await createMember(), await createMember()];
    const { items } = await (await eve.get("/api/sessions")).json();
    for (const id of [items[0].id, randomUUID(), "nonsense"])
      expect((await mallory.request("DELETE", `/api/sessions/${id}`)).status).toBe(404);
    expect((await eve.get("/api/profile")).status).toBe(200);
  });

  test("know their last use to within an hour", async () => {
    const eve = await createMember();
    const seenAt = async () => (await db().session.findFirstOrThrow({ where: { userId: eve.id } })).updatedAt;
    const set = (updatedAt: Date) =>
      db().session.updateMany({ where: { userId: eve.id }, data: { updatedAt } });
    const recent = new Date(Date.now() - 3_000_000);
    await set(recent);
    await eve.get("/api/profile");
    expect(await seenAt()).toEqual(recent);
    await set(new Date(Date.now() - 3_700_000));
    await eve.get("/api/profile");
    expect(Date.now() - (await seenAt()).getTime()).toBeLessThan(60_000);
  });
});

describe("a fresh sign-in", () => {
  const makeOld = ({ id }: Person) =>
    db().session.updateMany({
      where: { userId: id },
      data: { createdAt: new Date(Date.now() - 13 * 3600_000) },
    });
  const confirm = (person: Person, body: unknown) => person.post("/api/sessions/current/confirmation", body);

  test("is asked for where it matters", async () => {
    const eve = await createMember();
    await db().user.update({ where: { id: eve.id }, data: { role: "admin" } });
    await makeOld(eve);
    const [id, answers] = [randomUUID(), [] as [string, number, string][]];
    for (const [method, path, body] of [
      ["POST", `/api/reviews/${id}/decision`, {}],
      ["PATCH", `/api/people/${id}`, {}],
      ["PUT", `/api/people/${id}/grants`, {}],
      ["POST", "/api/account/erasure", {}],
      ["POST", "/api/account/address", {}],
      ["POST", "/api/account/app", {}],
      ["PUT", "/api/account/app", {}],
      ["DELETE", "/api/account/app", undefined],
      ["POST", "/api/account/backup-codes", {}],
      ["POST", "/api/passkeys/options", {}],
      ["POST", "/api/passkeys", {}],
      ["DELETE", `/api/passkeys/${id}`, undefined],
    ] as const) {
      const response = await eve.request(method, path, { body });
      answers.push([`${method} ${path}`, response.status, (await response.json()).code]);
    }
    expect(answers.map(([, ...answer]) => answer)).toEqual(
      answers.map(() => [403, "fresh_session_required"]),
    );
  });

  test("can be replaced by the password, in the same session", async () => {
    const eve = await signUp("Eve");
    await makeOld(eve);
    expect((await eve.post("/api/account/app")).status).toBe(403);
    expect((await confirm(eve, { password: "wrong wrong wrong" })).status).toBe(422);
    expect((await eve.post("/api/account/app")).status).toBe(403);
    expect((await confirm(eve, { password: PASSWORD })).status).toBe(204);
    expect((await eve.post("/api/account/app")).status).toBe(200);
  });

  test("can be replaced by an own passkey only", async () => {
    const [eve, mallory] = [await signUp("Eve"), await signUp("Mallory")];
    const [{ passkey }, { passkey: foreign }] = [await registerPasskey(eve), await registerPasskey(mallory)];
    await makeOld(eve);
    const options = async () => (await eve.post("/api/auth/sign-in/passkey-options", {})).json();
    expect((await confirm(eve, { passkey: foreign.get(await options()) })).status).toBe(422);
    expect((await eve.post("/api/account/app")).status).toBe(403);
    expect((await confirm(eve, { passkey: passkey.get(await options()) })).status).toBe(204);
    expect((await eve.post("/api/account/app")).status).toBe(200);
  });

  test("is not proved by an account without a password", async () => {
    const eve = await createMember();
    await makeOld(eve);
    expect((await confirm(eve, { password: "" })).status).toBe(422);
    expect((await eve.post("/api/account/app")).status).toBe(403);
  });
});

describe("a new device", () => {
  const news = async (person: Person) =>
    (await mailsTo(person)).filter(({ template }) => template === "new-device");

  test("sends one mail, without an address of the network", async () => {
    const eve = await signUp("Eve");
    expect(await news(eve)).toEqual([]);
    const response = await signIn(eve.email, PASSWORD, { "user-agent": FIREFOX });
    expect(await news(eve)).toMatchObject([{ detail: { device: "Firefox on Linux" } }]);
    const device = response.headers.getSetCookie().find((each) => each.startsWith("dossier-device="));
    expect(device).toMatch(/; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(device).not.toContain(eve.id);
    await signIn(eve.email, PASSWORD, { cookie: device?.split(";")[0] ?? "" });
    await signIn(eve.email, PASSWORD, { cookie: eve.cookie });
    expect(await news(eve)).toHaveLength(1);
  });

  test("is one for each person of a browser", async () => {
    const [eve, grace] = [await signUp("Eve"), await signUp("Grace")];
    await signIn(grace.email, PASSWORD, { cookie: eve.cookie });
    expect(await news(grace)).toHaveLength(1);
  });
});

test("a person switches mails off and on", async () => {
  const eve = await createMember();
  const read = async () => (await eve.get("/api/notifications")).json();
  expect(await read()).toEqual({ news: true });
  const change = (body: unknown) => eve.request("PATCH", "/api/notifications", { body });
  expect(await (await change({ news: false })).json()).toEqual({ news: false });
  expect(await read()).toEqual({ news: false });
  expect(await db().user.findUniqueOrThrow({ where: { id: eve.id } })).toMatchObject({ mailOff: true });
  for (const body of [{}, { news: "no" }, { news: true, security: false }])
    expect((await change(body)).status).toBe(422);
});
