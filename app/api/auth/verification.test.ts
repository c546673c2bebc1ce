import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { signUp } from "@/lib/accounts/sign-up";
import { type Mailbox, startMailbox } from "@/tests/support/app/mailbox";
import { createMember, ORIGIN, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

// A site with a mail server: the password is hashed as always, and counted.
const hashes = vi.hoisted(() => ({ count: 0 }));
vi.mock("@better-auth/utils/password", async (load) => {
  const original = await load<typeof import("@better-auth/utils/password")>();
  const hashPassword = (password: string) => {
    hashes.count += 1;
    return original.hashPassword(password);
  };
  return { ...original, hashPassword };
});

const PASSWORD = "three quiet words";
let mailbox: Mailbox;
let environment: TestEnvironment;

beforeAll(async () => {
  mailbox = await startMailbox();
  environment = await createTestEnvironment(mailbox.settings);
});
beforeEach(() => {
  hashes.count = 0;
});
afterAll(async () => {
  await environment.drop();
  await mailbox.close();
});

const newEmail = () => `${randomUUID()}@example.org`;
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  sendRequest("POST", path, {
    body,
    headers: { origin: ORIGIN, "x-dossier-address": randomUUID(), ...headers },
  });
const enter = (email: string, more: object = {}) =>
  post("/api/auth/sign-up/email", { name: "Ada Lovelace", email, password: PASSWORD, ...more });
const signIn = (email: string, password = PASSWORD, cookie = "") =>
  post("/api/auth/sign-in/email", { email, password }, cookie ? { cookie } : {});
const readDevice = (response: Response) =>
  response.headers.get("set-cookie")?.match(/dossier-device=[^;]+/)?.[0];
const verify = (token: string, password = PASSWORD) => post(`/api/verification/${token}`, { password });

async function signedUp(): Promise<{ email: string; token: string }> {
  const email = newEmail();
  expect((await enter(email)).status).toBe(200);
  return { email, token: await readToken(email) };
}

const readToken = async (email: string) => (await mailbox.read(email))[0]?.tokenOf("/verify") ?? "";

describe("a new person", () => {
  test("signs in after the link in the mail and the password", async () => {
    const { email, token } = await signedUp();
    expect((await signIn(email)).status).toBe(403);
    const verified = await verify(token);
    expect(verified.status).toBe(200);
    const response = await signIn(email, PASSWORD, readDevice(verified));
    expect(response.status).toBe(200);
    expect(await db().mail.count({ where: { template: "new-device", recipient: { email } } })).toBe(0);
    expect(response.headers.get("set-cookie")).toContain("dossier-session=");
    expect((await verify(token)).status).toBe(410);
  });

  test("has no session before the address is verified", async () => {
    const { email } = await signedUp();
    const refused = await signIn(email);
    expect([refused.status, (await refused.json()).code]).toEqual([403, "EMAIL_NOT_VERIFIED"]);
    expect(refused.headers.get("set-cookie")).toBeNull();
    expect(await db().session.count({ where: { user: { email } } })).toBe(0);
  });

  test("needs the password that belongs to the account", async () => {
    // A stranger signed up with this address. Its owner opens the link and knows no password.
    const { email, token } = await signedUp();
    const refused = await verify(token, "another three words");
    expect([refused.status, (await refused.json()).code]).toEqual([422, "invalid"]);
    expect(await db().user.findUniqueOrThrow({ where: { email } })).toMatchObject({ emailVerified: false });
    expect((await verify(token)).status).toBe(200);
  });

  test("gets another link at a sign-in, but not at once", async () => {
    const { email, token } = await signedUp();
    await signIn(email);
    expect(await mailbox.read(email)).toEqual([]);
    const createdAt = new Date(Date.now() - 301_000);
    await db().oneTimeLink.updateMany({ where: { email }, data: { createdAt } });
    await signIn(email, "a wrong password");
    expect(await mailbox.read(email)).toEqual([]);
    await signIn(email);
    const second = await readToken(email);
    expect((await verify(second)).status).toBe(200);
    expect((await verify(token)).status).toBe(410);
  });

  test("cannot verify an address that has changed since", async () => {
    const { email, token } = await signedUp();
    await db().user.update({ where: { email }, data: { email: newEmail() } });
    expect((await verify(token)).status).toBe(410);
  });
});

describe("a known and an unknown address", () => {
  test("get the same answer, after the same work", async () => {
    const known = (await createMember()).email;
    const answers: unknown[] = [];
    for (const email of [known, newEmail()]) {
      hashes.count = 0;
      const response = await enter(email);
      const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
      answers.push([response.status, headers, await response.text(), hashes.count]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject([200, expect.anything(), '{"token":null,"user":null}', 1]);
  });

  test("are looked up only after the answer", async () => {
    const known = (await createMember()).email;
    for (const email of [known, newEmail()]) {
      const works: Promise<unknown>[] = [];
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const waiting = new Proxy(db(), {
        get: (target, name) =>
          name === "$transaction"
            ? async (run: never) => {
                await held;
                return target.$transaction(run);
              }
            : Reflect.get(target, name),
      });
      const context = {
        ...appContext(),
        db: waiting,
        runInBackground: (work: Promise<unknown>) => works.push(work),
      };
      // The answer is there although the database is not.
      await expect(signUp(context, { name: "Ada", email, password: PASSWORD })).resolves.toBeNull();
      release();
      await Promise.all(works);
      expect(await db().user.count({ where: { email } })).toBe(1);
    }
  });

  test("differ in the mail that their owner gets", async () => {
    const known = await createMember();
    for (let tried = 0; tried < 3; tried += 1) await enter(known.email);
    expect(await mailbox.read(known.email)).toMatchObject([{ subject: "You have an account already" }]);
    // The account keeps its name and has no new password.
    expect(await db().account.count({ where: { userId: known.id } })).toBe(0);
  });

  test("are one account if two people sign up with it at once", async () => {
    const email = newEmail();
    const responses = await Promise.all([enter(email), enter(email, { name: "Eve" })]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    // The second mail says that there is an account.
    expect(await mailbox.read(email)).toHaveLength(2);
    expect(await db().user.count({ where: { email } })).toBe(1);
  });
});

test.each([
  ["a common password", { password: "qwertyuiop" }],
  ["the own name as a password", { password: "adalovelace1815" }],
  ["the own address as a password", { email: "countess@example.org", password: "countess@example.org" }],
  ["another property", { role: "admin" }],
])("a sign-up is refused: %s", async (_, change) => {
  const response = await enter(newEmail(), change);
  expect([response.status, (await response.json()).code]).toEqual([422, "invalid"]);
});
