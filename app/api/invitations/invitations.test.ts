import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { invite } from "@/lib/accounts/invitations";
import { join } from "@/lib/accounts/join";
import { startErasures } from "@/lib/rights/start-erasures";
import { type Mailbox, startMailbox } from "@/tests/support/app/mailbox";
import { createMember, createPersonWithRole, ORIGIN, Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const PASSWORD = "three quiet words";
let mailbox: Mailbox;
let environment: TestEnvironment;
let admin: Person;

beforeAll(async () => {
  mailbox = await startMailbox();
  // Only invited people can join here, and a new address has to be verified.
  environment = await createTestEnvironment({ ...mailbox.settings, SIGN_UP: "invite" });
  admin = await createPersonWithRole(db(), "admin", []);
});
afterAll(async () => {
  await environment.drop();
  await mailbox.close();
});

const newEmail = () => `${randomUUID()}@example.org`;
const send = (people: object[], by = admin) => by.post("/api/invitations", { people });

/** Invites a person. Returns the token in the mail, and the id of the invitation. */
async function invitePerson(email: string, more: object = {}): Promise<{ token: string; id: string }> {
  const response = await send([{ email, ...more }]);
  const { results } = await response.json();
  expect(results).toEqual([{ email, state: "invited", id: expect.any(String) }]);
  const [mail] = await mailbox.read(email);
  return { token: mail?.tokenOf("/join") ?? "", id: results[0].id };
}

const accept = (token: string, body: object = { name: "Grace Hopper", password: PASSWORD }) =>
  sendRequest("POST", `/api/invitations/${token}`, {
    body,
    headers: { origin: ORIGIN, "x-dossier-address": randomUUID() },
  });
const look = (token: string) =>
  sendRequest("GET", `/api/invitations/${token}`, { headers: { "x-dossier-address": randomUUID() } });

async function personOf(response: Response): Promise<Person> {
  const { user } = await response.json();
  return new Person({ ...user, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" });
}

describe("an invited person", () => {
  test("joins with the link in the mail, is signed in and verified", async () => {
    const email = newEmail();
    const { token } = await invitePerson(email, { name: "Grace" });
    expect(await (await look(token)).json()).toEqual({
      name: "Grace",
      email,
      expiresAt: expect.stringMatching(/Z$/),
    });
    const joined = await accept(token);
    expect(joined.status).toBe(200);
    expect(joined.headers.getSetCookie()[0]).toMatch(
      /^dossier-session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const grace = await personOf(joined);
    expect(await (await grace.get("/api/profile")).json()).toMatchObject({
      name: "Grace Hopper",
      visibility: "private",
    });
    expect(await db().user.findUniqueOrThrow({ where: { email } })).toMatchObject({
      emailVerified: true,
      role: "member",
    });
    // The password works, and so does a second sign-in.
    const signedIn = await sendRequest("POST", "/api/auth/sign-in/email", {
      body: { email, password: PASSWORD },
      headers: { origin: ORIGIN },
    });
    expect(signedIn.status).toBe(200);
    expect(await db().invitation.count({ where: { email } })).toBe(0);
  });

  test("gets role and access of the invitation, as the trail says", async () => {
    const { token } = await invitePerson(newEmail(), { role: "reviewer", fields: ["contract"] });
    const eve = await personOf(await accept(token));
    expect((await eve.get("/api/reviews")).status).toBe(200);
    expect(await db().grant.findMany({ where: { userId: eve.id } })).toMatchObject([{ field: "contract" }]);
    expect(await db().trail.findMany({ where: { subjectId: eve.id } })).toMatchObject([
      { event: "person.joined", byId: admin.id, detail: { role: "reviewer", fields: "contract" } },
    ]);
  });

  test("cannot choose another address or role", async () => {
    const { token } = await invitePerson(newEmail());
    for (const more of [{ email: newEmail() }, { role: "admin" }, { fields: ["contract"] }])
      expect((await accept(token, { name: "Grace", password: PASSWORD, ...more })).status).toBe(422);
    expect((await accept(token)).status).toBe(200);
  });

  test("chooses a good password and a name, and the link waits", async () => {
    const { token } = await invitePerson(newEmail());
    for (const body of [
      { name: "Grace Hopper", password: "qwertyuiop" },
      { name: "Grace Hopper", password: "gracehopper1906" },
      { name: " ", password: PASSWORD },
    ])
      expect((await accept(token, body)).status).toBe(422);
    expect((await accept(token)).status).toBe(200);
  });

  test("cannot use the link twice", async () => {
    const { token } = await invitePerson(newEmail());
    expect((await accept(token)).status).toBe(200);
    for (const response of [await accept(token), await look(token)]) {
      expect(response.status).toBe(410);
      expect(await response.json()).toMatchObject({ code: "gone" });
    }
  });

  test("is created once by two requests at once", async () => {
    const email = newEmail();
    const { token } = await invitePerson(email);
    const statuses = await Promise.all([1, 2, 3].map(async () => (await accept(token)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await db().user.count({ where: { email } })).toBe(1);
  });

  test("cannot use a link that is old", async () => {
    const email = newEmail();
    const { token } = await invitePerson(email);
    const { expiresAt, createdAt } = await db().oneTimeLink.findFirstOrThrow({ where: { email } });
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(7 * 24 * 3600_000);
    const late = { ...appContext(), clock: { now: () => expiresAt } };
    await expect(join(late, token, { name: "Grace", password: PASSWORD })).rejects.toMatchObject({
      code: "gone",
    });
  });

  test("cannot join after the address got an account", async () => {
    const email = newEmail();
    const { token } = await invitePerson(email);
    const other = await createMember("Grace");
    await db().user.update({ where: { id: other.id }, data: { email } });
    const response = await accept(token);
    expect([response.status, (await response.json()).code]).toEqual([409, "conflict"]);
    expect(await db().user.findMany({ where: { email } })).toMatchObject([{ id: other.id }]);
  });

  test("cannot use a role after the admin who gave it lost theirs", async () => {
    const former = await createPersonWithRole(db(), "admin", []);
    const [reviewer, member] = [newEmail(), newEmail()];
    await send([{ email: reviewer, role: "reviewer" }, { email: member }], former);
    await db().user.update({ where: { id: former.id }, data: { role: "member" } });
    const tokenOf = async (email: string) => (await mailbox.read(email))[0]?.tokenOf("/join") ?? "";
    expect((await accept(await tokenOf(reviewer))).status).toBe(410);
    expect(await db().user.count({ where: { email: reviewer } })).toBe(0);
    expect((await accept(await tokenOf(member))).status).toBe(200);
  });
});

describe("an invitation", () => {
  test("has a result for each line, in the same order", async () => {
    const [known, fresh] = [(await createMember()).email, newEmail()];
    const response = await send([
      { email: "no address" },
      { email: ` ${fresh.toUpperCase()} ` },
      { email: known },
      { email: fresh },
      { email: "=cmd|' /C calc'!A0" },
      { email: "" },
    ]);
    const id = expect.any(String);
    expect((await response.json()).results).toEqual([
      { email: "no address", state: "invalid" },
      { email: fresh, state: "invited", id },
      { email: known, state: "exists" },
      { email: fresh, state: "invited", id },
      { email: "=cmd|' /C calc'!A0", state: "invalid" },
      { email: "", state: "invalid" },
    ]);
    expect(await mailbox.read(fresh)).toHaveLength(1);
    expect(await mailbox.read(known)).toEqual([]);
  });

  test("of the own address says that it exists", async () => {
    const { results } = await (await send([{ email: admin.email, role: "reviewer" }])).json();
    expect(results).toEqual([{ email: admin.email, state: "exists" }]);
  });

  test("of the same address is renewed, and its old link ends", async () => {
    const email = newEmail();
    const first = await invitePerson(email);
    const second = await invitePerson(email, { role: "reviewer" });
    expect(second.id).toBe(first.id);
    expect((await look(first.token)).status).toBe(410);
    expect((await accept(second.token)).status).toBe(200);
    expect(await db().user.findUniqueOrThrow({ where: { email } })).toMatchObject({ role: "reviewer" });
  });

  test("is withdrawn, and its link ends", async () => {
    const { token, id } = await invitePerson(newEmail());
    expect((await admin.request("DELETE", `/api/invitations/${id}`)).status).toBe(204);
    expect((await admin.request("DELETE", `/api/invitations/${id}`)).status).toBe(404);
    for (const response of [await accept(token), await look(token)]) expect(response.status).toBe(410);
  });

  test("is withdrawn or accepted if both happen at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const email = newEmail();
      const { token, id } = await invitePerson(email);
      const [accepted, withdrawn] = await Promise.all([
        accept(token),
        admin.request("DELETE", `/api/invitations/${id}`),
      ]);
      const people = await db().user.count({ where: { email } });
      expect([
        [200, 404, 1],
        [410, 204, 0],
      ]).toContainEqual([accepted.status, withdrawn.status, people]);
    }
  });

  test("is renewed or accepted if both happen at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const email = newEmail();
      const { token } = await invitePerson(email);
      const [accepted, renewed] = await Promise.all([accept(token), send([{ email }])]);
      expect([200, 410]).toContain(accepted.status);
      expect(renewed.status).toBe(200);
      expect(await db().user.count({ where: { email } })).toBe(accepted.status === 200 ? 1 : 0);
    }
  });

  test("that two admins send at once is one", async () => {
    const other = await createPersonWithRole(db(), "admin", []);
    const people = Array.from({ length: 20 }, () => ({ email: newEmail() }));
    const responses = await Promise.all([send(people), send(people.toReversed(), other)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    for (const { email } of people) {
      expect(await db().invitation.count({ where: { email } })).toBe(1);
      expect(await db().oneTimeLink.count({ where: { email } })).toBe(1);
    }
  });

  test("is refused where a member would get access", async () => {
    for (const person of [
      { fields: ["contract"] },
      { role: "reviewer", fields: ["profilePicture"] },
      { role: "reviewer", fields: ["toString"] },
      { role: "owner" },
      { name: "a\u0000" },
    ])
      expect((await send([{ email: newEmail(), ...person }])).status).toBe(422);
  });

  test("takes 1 to 500 people", async () => {
    const people = Array.from({ length: 500 }, () => ({ email: newEmail() }));
    expect((await send([])).status).toBe(422);
    expect((await send([...people, { email: newEmail() }])).status).toBe(422);
    const response = await send(people);
    expect(response.status).toBe(200);
    expect((await response.json()).results).toHaveLength(500);
  });

  test("is in a list until the person joins, newest first, in pages", async () => {
    const emails = Array.from({ length: 51 }, newEmail);
    for (const email of emails) await send([{ email }]);
    const first = await (await admin.get("/api/invitations")).json();
    expect(first.items).toHaveLength(50);
    expect(first.items[0]).toMatchObject({ email: emails.at(-1), invitedBy: { id: admin.id } });
    const second = await (await admin.get(`/api/invitations?cursor=${first.next}`)).json();
    expect(second.items[0].email).toBe(emails[0]);
    expect((await admin.get("/api/invitations?cursor=x")).status).toBe(422);
  });

  test("needs an admin at the time of the change", async () => {
    const former = await createPersonWithRole(db(), "admin", []);
    const { viewer } = former;
    await db().user.update({ where: { id: former.id }, data: { role: "member" } });
    const email = newEmail();
    const people = [{ email, name: "", role: "admin" as const, fields: [] }];
    await expect(invite(appContext(), viewer, people)).rejects.toMatchObject({ code: "forbidden" });
    expect(await db().invitation.count({ where: { email } })).toBe(0);
  });

  test("needs a recent sign-in", async () => {
    const tired = await createPersonWithRole(db(), "admin", []);
    const createdAt = new Date(Date.now() - 13 * 3600_000);
    await db().session.updateMany({ where: { userId: tired.id }, data: { createdAt } });
    const response = await send([{ email: newEmail() }], tired);
    expect([response.status, (await response.json()).code]).toEqual([403, "fresh_session_required"]);
  });

  test("ends with the erasure of its address, and forgets erased admins", async () => {
    const [leaving, former] = [await createMember(), await createPersonWithRole(db(), "admin", [])];
    const email = newEmail();
    await send([{ email }], former);
    await send([{ email: newEmail() }], former);
    // The address got an account after the invitation.
    await db().user.update({ where: { id: leaving.id }, data: { email } });
    const erasureDueAt = new Date(Date.now() - 1000);
    await db().user.updateMany({ where: { id: { in: [leaving.id, former.id] } }, data: { erasureDueAt } });
    await startErasures(appContext());
    expect(await db().invitation.count({ where: { email } })).toBe(0);
    expect(await db().invitation.count({ where: { invitedById: former.id } })).toBe(0);
  });
});

describe("a token", () => {
  test("that is guessed is like an unknown address of the site", async () => {
    const { token } = await invitePerson(newEmail());
    for (const guess of ["x", randomUUID(), `${token}a`, token.slice(1), encodeURIComponent(` ${token}`)])
      for (const response of [await accept(guess), await look(guess)]) {
        expect(response.status).toBe(404);
        expect((await response.json()).detail).toBe("Not found, or you have no access to it.");
      }
  });

  test("of another purpose opens nothing", async () => {
    const { token } = await invitePerson(newEmail());
    for (const path of ["recovery", "verification"]) {
      const response = await sendRequest("POST", `/api/${path}/${token}`, { body: { password: PASSWORD } });
      expect(response.status).toBe(404);
    }
    expect((await accept(token)).status).toBe(200);
  });

  test("is blocked at the 31st wrong attempt from one network", async () => {
    const { token } = await invitePerson(newEmail());
    const from = (address: string, guess: string) =>
      sendRequest("GET", `/api/invitations/${guess}`, { headers: { "x-dossier-address": address } });
    const statuses: number[] = [];
    for (let tried = 0; tried < 31; tried += 1)
      statuses.push((await from(`2001:db8:1:2::${tried}`, `guess-${tried}`)).status);
    expect(statuses).toEqual([...Array(30).fill(404), 429]);
    expect((await from("2001:db8:1:2::ffff", token)).status).toBe(429);
    // The right token does not count.
    for (let tried = 0; tried < 35; tried += 1) expect((await from("192.0.2.9", token)).status).toBe(200);
  });
});

test("a stranger cannot sign up where people are invited", async () => {
  const response = await sendRequest("POST", "/api/auth/sign-up/email", {
    body: { name: "Eve", email: newEmail(), password: PASSWORD },
    headers: { origin: ORIGIN },
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    code: "forbidden",
    detail: "Only people who are invited can join here. Ask an admin for an invitation.",
  });
});
