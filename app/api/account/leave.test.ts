import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { secondsFromNow } from "@/lib/app-context";
import { comeBackAtSignIn, leave } from "@/lib/rights/leave";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import {
  createMember,
  createPersonWithRole,
  fetchUrl,
  ORIGIN,
  type Person,
  sendRequest,
  signUp,
} from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const DAY = 24 * 3600;
const PDF = { type: "application/pdf" };

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const findPerson = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const findFile = (id: string) => db().file.findUniqueOrThrow({ where: { id } });
const listEvents = async (subjectId: string) =>
  (await db().trail.findMany({ where: { subjectId }, orderBy: { seq: "asc" } })).map(({ event }) => event);
const signIn = ({ email }: Person) =>
  sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password: "correct horse battery" },
    headers: { origin: ORIGIN },
  });
const setSignInTime = (userId: string, secondsAgo: number) =>
  db().session.updateMany({
    where: { userId },
    data: { createdAt: secondsFromNow(appContext().clock, -secondsAgo) },
  });

async function uploadPublicPicture(person: Person) {
  await person.request("PATCH", "/api/profile", { body: { visibility: "public" } });
  const picture = await person.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  const shown = await person.request("PATCH", `/api/files/${picture.id}`, { body: { visibility: "public" } });
  return (await shown.json()).url as string;
}

describe("leaving", () => {
  test("ends the sessions and dates the files that count from it", async () => {
    const ada = await createMember();
    const contract = await ada.uploadFile("contract", await samplePdf(), PDF);
    expect((await findFile(contract.id)).keepUntil).toBeNull();
    const response = await ada.post("/api/account/leave");
    const { leftAt } = await response.json();
    expect({ status: response.status, leftAt: new Date(leftAt) }).toEqual({
      status: 200,
      leftAt: (await findPerson(ada.id)).leftAt,
    });
    const keepUntil = (await findFile(contract.id)).keepUntil?.toISOString();
    expect(keepUntil?.slice(0, 4)).toBe(String(Number(leftAt.slice(0, 4)) + 1));
    expect((await ada.get("/api/profile")).status).toBe(401);
    expect(await listEvents(ada.id)).toEqual(["account.left"]);
  });

  test("hides the profile and its picture at once", async () => {
    const ada = await createMember();
    const url = await uploadPublicPicture(ada);
    const { handle } = await findPerson(ada.id);
    expect((await fetchUrl(url)).status).toBe(200);
    expect((await sendRequest("GET", `/api/profiles/${handle}`)).status).toBe(200);
    await ada.post("/api/account/leave");
    // A bucket says 403 to those who may not list it.
    expect([403, 404]).toContain((await fetchUrl(url)).status);
    expect((await sendRequest("GET", `/api/profiles/${handle}`)).status).toBe(404);
  });

  test("aborts open uploads and releases their quota", async () => {
    const ada = await createMember();
    const id = await ada.uploadBytes("contract", await samplePdf(), PDF);
    await ada.post("/api/account/leave");
    expect(await db().upload.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "aborted" });
    expect(await findPerson(ada.id)).toMatchObject({ openUploads: 0, storedBytes: 0n });
  });

  test("ends the access of a reviewer and releases the claims", async () => {
    const ada = await createMember();
    const [grace, joan] = [
      await createPersonWithRole(db(), "reviewer", ["medicalLetter"]),
      await createPersonWithRole(db(), "reviewer", ["medicalLetter"]),
    ];
    const letter = await ada.uploadFile("medicalLetter", await samplePdf(), PDF);
    const claim = (reviewer: Person) => reviewer.request("PUT", `/api/reviews/${letter.id}/claim`);
    expect((await claim(grace)).status).toBe(200);
    expect((await claim(joan)).status).toBe(409);
    await grace.post("/api/account/leave");
    expect((await claim(joan)).status).toBe(200);
    expect(await findPerson(grace.id)).toMatchObject({ role: "member" });
    expect(await db().grant.count({ where: { userId: grace.id } })).toBe(0);
  });

  test("succeeds while the store is away", async () => {
    const ada = await createMember();
    await uploadPublicPicture(ada);
    const context = appContext();
    const away = () => Promise.reject(new Error("The store is away."));
    const storage = Object.assign(Object.create(context.storages.public), { removeMany: away });
    await leave({ ...context, storages: { ...context.storages, public: storage } }, ada.viewer);
    expect(await db().file.findFirstOrThrow({ where: { ownerId: ada.id } })).toMatchObject({
      publicPrefix: null,
    });
    expect(await db().purge.count({ where: { storage: "public" } })).toBeGreaterThan(0);
  });

  test("a second request changes nothing", async () => {
    const ada = await createMember();
    const context = appContext();
    const results = await Promise.all([1, 2].map(() => leave(context, ada.viewer)));
    expect(results[0]).toEqual(results[1]);
    expect(await listEvents(ada.id)).toEqual(["account.left"]);
  });

  test("is refused without a fresh sign-in", async () => {
    const ada = await createMember();
    await setSignInTime(ada.id, 12 * 3600 + 1);
    const response = await ada.post("/api/account/leave");
    expect([response.status, (await response.json()).code]).toEqual([403, "fresh_session_required"]);
    expect((await findPerson(ada.id)).leftAt).toBeNull();
    await setSignInTime(ada.id, 12 * 3600 - 60);
    expect((await ada.post("/api/account/leave")).status).toBe(200);
  });
});

describe("the only admin", () => {
  test("stays, and of two admins at once only one leaves", async () => {
    const admins = [
      await createPersonWithRole(db(), "admin", []),
      await createPersonWithRole(db(), "admin", []),
    ];
    const responses = await Promise.all(admins.map((admin) => admin.post("/api/account/leave")));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 409]);
    const stays = admins[responses.findIndex(({ status }) => status === 409)];
    const asked = await stays?.post("/api/account/erasure", {});
    expect(await asked?.json()).toMatchObject({
      code: "conflict",
      detail: "You are the only admin. Make another person an admin first.",
    });
  });

  test("an admin who asked for the erasure does not count", async () => {
    await db().user.updateMany({ where: { role: "admin" }, data: { role: "member" } });
    const [one, other] = [
      await createPersonWithRole(db(), "admin", []),
      await createPersonWithRole(db(), "admin", []),
    ];
    expect((await one.post("/api/account/erasure", {})).status).toBe(202);
    expect((await other.post("/api/account/leave")).status).toBe(409);
  });
});

describe("coming back", () => {
  test("a sign-in undoes leaving, and the profile stays private", async () => {
    const ada = await signUp();
    await ada.request("PATCH", "/api/profile", { body: { visibility: "public" } });
    const contract = await ada.uploadFile("contract", await samplePdf(), PDF);
    await ada.post("/api/account/leave");
    expect((await signIn(ada)).status).toBe(200);
    expect(await findPerson(ada.id)).toMatchObject({
      leftAt: null,
      returnedAt: expect.any(Date),
      visibility: "private",
    });
    expect((await findFile(contract.id)).keepUntil).toBeNull();
    expect(await listEvents(ada.id)).toEqual(["account.left", "account.returned"]);
  });

  test("a sign-in with a wrong password undoes nothing", async () => {
    const ada = await signUp();
    await ada.post("/api/account/leave");
    const response = await sendRequest("POST", "/api/auth/sign-in/email", {
      body: { email: ada.email, password: "wrong horse battery" },
      headers: { origin: ORIGIN },
    });
    expect(response.status).toBe(401);
    expect((await findPerson(ada.id)).leftAt).not.toBeNull();
  });

  test.each([
    ["undoes", 30 * DAY * 1000, null],
    ["does not undo", 30 * DAY * 1000 + 1, expect.any(Date)],
  ])("a sign-in %s leaving %i milliseconds later", async (_, milliseconds, leftAt) => {
    const ada = await createMember();
    const left = new Date((await leave(appContext(), ada.viewer)).leftAt);
    const clock = { now: () => new Date(left.getTime() + milliseconds) };
    await comeBackAtSignIn({ ...appContext(), clock }, ada.id);
    expect((await findPerson(ada.id)).leftAt).toEqual(leftAt);
  });

  test("a person who signs in later comes back on request", async () => {
    const ada = await createMember();
    await db().user.update({
      where: { id: ada.id },
      data: { leftAt: secondsFromNow(appContext().clock, -31 * DAY) },
    });
    expect((await ada.request("DELETE", "/api/account/leave")).status).toBe(204);
    expect((await findPerson(ada.id)).leftAt).toBeNull();
    expect((await ada.request("DELETE", "/api/account/leave")).status).toBe(204);
    expect(await listEvents(ada.id)).toEqual(["account.returned"]);
  });
});
