import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { createLink } from "@/lib/accounts/one-time-links";
import { askRecovery, recover } from "@/lib/accounts/recover";
import { addApp } from "@/tests/support/app/authenticator";
import { type Mailbox, startMailbox } from "@/tests/support/app/mailbox";
import { createMember, ORIGIN, type Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const PASSWORD = "three quiet words";
let mailbox: Mailbox;
let environment: TestEnvironment;

beforeAll(async () => {
  mailbox = await startMailbox();
  environment = await createTestEnvironment(mailbox.settings);
});
afterAll(async () => {
  await environment.drop();
  await mailbox.close();
});

const newEmail = () => `${randomUUID()}@example.org`;
const post = (path: string, body: object, address: string = randomUUID()) =>
  sendRequest("POST", path, { body, headers: { origin: ORIGIN, "x-dossier-address": address } });
const ask = (email: string, address?: string) => post("/api/recovery", { email }, address);
const setPassword = (token: string, password = PASSWORD) => post(`/api/recovery/${token}`, { password });
const signIn = (email: string, password = PASSWORD) => post("/api/auth/sign-in/email", { email, password });

async function createVerified(): Promise<Person> {
  const person = await createMember("Ada Lovelace");
  await db().user.update({ where: { id: person.id }, data: { emailVerified: true } });
  return person;
}

async function askForToken(email: string): Promise<string> {
  expect((await ask(email)).status).toBe(202);
  const mails = await mailbox.read(email);
  return mails.find(({ subject }) => subject === "Set a new password")?.tokenOf("/recover") ?? "";
}

describe("a person who forgot the password", () => {
  test("sets a new one, which ends all sessions, and hears of it", async () => {
    const ada = await createVerified();
    const first = await askForToken(ada.email);
    expect((await setPassword(first, "an earlier password")).status).toBe(204);
    await mailbox.read(ada.email);
    await db().oneTimeLink.deleteMany();
    const signedIn = await signIn(ada.email, "an earlier password");
    expect(signedIn.status).toBe(200);
    const token = await askForToken(ada.email);
    const response = await setPassword(token);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^dossier-device=/)]);
    expect(await db().session.count({ where: { userId: ada.id } })).toBe(0);
    expect((await ada.get("/api/profile")).status).toBe(401);
    expect((await signIn(ada.email, "an earlier password")).status).toBe(401);
    expect((await signIn(ada.email)).status).toBe(200);
    const subjects = (await mailbox.read(ada.email)).map(({ subject }) => subject);
    expect(subjects.sort()).toEqual(["Your account was used on a new device", "Your password was changed"]);
    expect(await db().trail.findMany({ where: { subjectId: ada.id } })).toMatchObject([
      { event: "password.recovered", byId: null },
      { event: "password.recovered", byId: null },
    ]);
  });

  test("writes the address in any case", async () => {
    const ada = await createVerified();
    await ask(` ${ada.email.toUpperCase()} `);
    expect(await mailbox.read(ada.email)).toHaveLength(1);
  });

  test("uses each link once, also by two requests at once", async () => {
    const ada = await createVerified();
    const token = await askForToken(ada.email);
    const statuses = await Promise.all([1, 2].map(async () => (await setPassword(token)).status));
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect((await setPassword(token)).status).toBe(410);
  });

  test("uses a link within 30 minutes", async () => {
    const ada = await createVerified();
    const token = await askForToken(ada.email);
    const { expiresAt, createdAt } = await db().oneTimeLink.findFirstOrThrow({ where: { personId: ada.id } });
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(30 * 60_000);
    const late = { ...appContext(), clock: { now: () => expiresAt } };
    await expect(recover(late, token, PASSWORD)).rejects.toMatchObject({ code: "gone" });
  });

  test("ends all other links with the first use of one", async () => {
    const ada = await createVerified();
    const first = await askForToken(ada.email);
    await db().oneTimeLink.updateMany({ data: { createdAt: new Date(Date.now() - 301_000) } });
    const second = await askForToken(ada.email);
    expect((await setPassword(second)).status).toBe(204);
    expect((await setPassword(first)).status).toBe(410);
  });

  test("ends a change of the address that a stranger asked for", async () => {
    const ada = await createVerified();
    const link = { purpose: "address", personId: ada.id, email: newEmail() } as const;
    await db().$transaction((tx) => createLink(tx, appContext(), link));
    expect((await setPassword(await askForToken(ada.email))).status).toBe(204);
    expect(await db().oneTimeLink.count({ where: { personId: ada.id } })).toBe(0);
  });

  test("chooses a good password, and the link waits", async () => {
    const ada = await createVerified();
    const token = await askForToken(ada.email);
    for (const password of ["short", "qwertyuiop", "adalovelace1815", ada.email])
      expect((await setPassword(token, password)).status).toBe(422);
    expect((await setPassword(token)).status).toBe(204);
  });

  test("cannot use a link after the address has changed", async () => {
    const ada = await createVerified();
    const token = await askForToken(ada.email);
    await db().user.update({ where: { id: ada.id }, data: { email: newEmail() } });
    expect((await setPassword(token)).status).toBe(410);
  });

  test("takes an unverified account from a stranger who made it", async () => {
    const stranger = await createMember("Ada Lovelace");
    const other = { id: randomUUID(), accountId: "x", providerId: "other", userId: stranger.id };
    await db().account.create({ data: other });
    await addApp(stranger);
    expect((await setPassword(await askForToken(stranger.email))).status).toBe(204);
    expect((await stranger.get("/api/profile")).status).toBe(401);
    expect(await db().account.count({ where: { userId: stranger.id, providerId: "other" } })).toBe(0);
    const signedIn = await signIn(stranger.email);
    expect(await signedIn.json()).toMatchObject({ user: { id: stranger.id } });
  });

  test("keeps other ways to sign in to a verified account", async () => {
    const ada = await createVerified();
    await db().account.create({
      data: { id: randomUUID(), accountId: "x", providerId: "other", userId: ada.id },
    });
    expect((await setPassword(await askForToken(ada.email))).status).toBe(204);
    expect(await db().account.count({ where: { userId: ada.id, providerId: "other" } })).toBe(1);
  });
});

describe("a request for a new password", () => {
  test("tells no one which addresses have an account", async () => {
    const known = await createVerified();
    const answers = await Promise.all(
      [known.email, newEmail()].map(async (email) => {
        const response = await ask(email);
        const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
        return [response.status, headers, await response.text()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  test("is looked up only after the answer", async () => {
    const works: Promise<unknown>[] = [];
    const unreachable = new Proxy(db(), {
      get: () => () => Promise.reject(new Error("The database is away.")),
    });
    const context = {
      ...appContext(),
      db: unreachable,
      runInBackground: (work: Promise<unknown>) => void works.push(work.catch(() => "failed")),
    };
    for (const email of [(await createVerified()).email, newEmail()])
      await expect(askRecovery(context, email)).resolves.toBeUndefined();
    expect(await Promise.all(works)).toEqual(["failed", "failed"]);
  });

  test("sends one mail in five minutes and keeps the earlier link", async () => {
    const ada = await createVerified();
    const token = await askForToken(ada.email);
    await ask(ada.email);
    await ask(ada.email);
    expect(await mailbox.read(ada.email)).toEqual([]);
    expect((await setPassword(token)).status).toBe(204);
  });

  test("is blocked at the fifth for one address, known or not", async () => {
    for (const email of [(await createVerified()).email, newEmail()]) {
      const network = randomUUID();
      const statuses: number[] = [];
      for (let tried = 0; tried < 5; tried += 1) statuses.push((await ask(email, network)).status);
      expect(statuses).toEqual([202, 202, 202, 202, 429]);
    }
  });

  test("is blocked at the 21st from one IPv6 network", async () => {
    const statuses: number[] = [];
    for (let tried = 0; tried < 21; tried += 1)
      statuses.push((await ask(newEmail(), `2001:db8:7:7::${tried}`)).status);
    expect(statuses).toEqual([...Array(20).fill(202), 429]);
  });

  test("needs an address", async () => {
    for (const body of [{}, { email: "no address" }, { email: 7 }, { email: newEmail(), role: "admin" }])
      expect((await post("/api/recovery", body)).status).toBe(422);
  });
});

test("a guessed token, or one of another purpose, sets no password", async () => {
  const ada = await createVerified();
  const token = await askForToken(ada.email);
  for (const guess of ["x", `${token}a`, token.replace(".", "_")])
    expect((await setPassword(guess)).status).toBe(404);
  expect((await post(`/api/verification/${token}`, { password: PASSWORD })).status).toBe(404);
  const accepted = await post(`/api/invitations/${token}`, { name: "Ada", password: PASSWORD });
  expect(accepted.status).toBe(404);
});
