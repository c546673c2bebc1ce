import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { createLink } from "@/lib/accounts/one-time-links";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { markOutOfSync, syncPublicationsOf } from "@/lib/files/publication";
import { enqueueReviewDigests } from "@/lib/review/review-digests";
import { countWaitingDocuments } from "@/lib/review/waiting-documents";
import { changePerson } from "@/lib/rights/change-person";
import { comeBackAtSignIn } from "@/lib/rights/leave";
import { issueTicket } from "@/lib/uploads/issue";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import {
  createMember,
  createPersonWithRole,
  fetchUrl,
  ORIGIN,
  type Person,
  putBytes,
  sendRequest,
  signUp,
  sizeAndHashOf,
} from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { waitForLocks } from "@/tests/support/wait-for-lock";

const PDF = { type: "application/pdf" };

let environment: TestEnvironment;
let admin: Person;
beforeAll(async () => {
  environment = await createTestEnvironment();
  admin = await createPersonWithRole(db(), "admin", []);
});
afterAll(() => environment.drop());

const findPerson = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const change = (person: { id: string }, body: object, by = admin) =>
  by.request("PATCH", `/api/people/${person.id}`, { body });
const signIn = ({ email }: { email: string }, password = "correct horse battery") =>
  sendRequest("POST", "/api/auth/sign-in/email", { body: { email, password }, headers: { origin: ORIGIN } });
const eventsOf = async (subjectId: string) =>
  (await db().trail.findMany({ where: { subjectId }, orderBy: { seq: "asc" } })).map(({ event, byId }) => [
    event,
    byId === admin.id,
  ]);

async function uploadPublicPicture(person: Person) {
  await person.request("PATCH", "/api/profile", { body: { visibility: "public" } });
  const picture = await person.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  const shown = await person.request("PATCH", `/api/files/${picture.id}`, { body: { visibility: "public" } });
  return (await shown.json()).url as string;
}

async function publicUrlOf(person: Person) {
  const { handle } = await findPerson(person.id);
  const response = await sendRequest("GET", `/api/profiles/${handle}`);
  return { status: response.status, url: response.ok ? (await response.json()).picture?.url : undefined };
}

describe("suspending", () => {
  test("ends the sessions from the next request on", async () => {
    const ada = await createMember();
    await createLink(db(), appContext(), { purpose: "recovery", personId: ada.id, email: ada.email });
    const response = await change(ada, { state: "suspended" });
    expect(await response.json()).toMatchObject({ id: ada.id, state: "suspended" });
    expect((await ada.get("/api/profile")).status).toBe(401);
    expect(await db().session.count({ where: { userId: ada.id } })).toBe(0);
    expect(await db().oneTimeLink.count({ where: { personId: ada.id } })).toBe(0);
    expect(await eventsOf(ada.id)).toEqual([["person.suspended", true]]);
    expect((await verifyTrail(appContext())).broken).toEqual([]);
  });

  test("makes no session valid that began beside it", async () => {
    const ada = await createMember();
    await db().user.update({ where: { id: ada.id }, data: { suspendedAt: new Date() } });
    expect((await ada.get("/api/profile")).status).toBe(401);
    const ticket = { field: "contract", name: "a.pdf", ...PDF, ...sizeAndHashOf(await samplePdf()) };
    expect((await ada.post("/api/uploads", ticket)).status).toBe(401);
    expect((await change(ada, { state: "active" })).status).toBe(200);
    expect((await ada.get("/api/profile")).status).toBe(401);
  });

  test("tells only the right password, with 403", async () => {
    const ada = await signUp();
    const stranger = await signIn({ email: "not-there@example.org" }, "wrong horse battery");
    await change(ada, { state: "suspended" });
    const right = await signIn(ada);
    expect([right.status, await right.json()]).toEqual([403, expect.objectContaining({ code: "suspended" })]);
    expect(right.headers.get("set-cookie")).toBeNull();
    const wrong = await signIn(ada, "wrong horse battery");
    expect([wrong.status, await wrong.text()]).toEqual([stranger.status, await stranger.text()]);
    expect(await db().session.count({ where: { userId: ada.id } })).toBe(0);
    await change(ada, { state: "active" });
    expect((await signIn(ada)).status).toBe(200);
  });

  test("aborts tickets, and refuses their bytes and completion", async () => {
    const ada = await createMember();
    const bytes = await samplePdf();
    const ticket = { field: "contract", name: "a.pdf", ...PDF, ...sizeAndHashOf(bytes) };
    const issued = await (await ada.post("/api/uploads", ticket)).json();
    const arrived = await ada.uploadBytes("contract", bytes, PDF);
    await change(ada, { state: "suspended" });
    expect((await putBytes(issued, bytes)).ok).toBe(false);
    expect((await ada.post(`/api/uploads/${arrived}/complete`, {})).status).toBe(401);
    const uploads = await db().upload.findMany({ where: { ownerId: ada.id } });
    expect(uploads.map(({ state }) => state)).toEqual(["aborted", "aborted"]);
    expect(await findPerson(ada.id)).toMatchObject({ openUploads: 0, storedBytes: 0n });
    expect(await db().file.count({ where: { ownerId: ada.id } })).toBe(0);
  });

  test("refuses a ticket whose request was under way", async () => {
    const ada = await createMember();
    const ticket = { field: "contract", name: "a.pdf", ...PDF, ...sizeAndHashOf(await samplePdf()) };
    let request: Promise<Response> | undefined;
    await db().$transaction(async (tx) => {
      await tx.user.update({ where: { id: ada.id }, data: { suspendedAt: new Date() } });
      request = ada.post("/api/uploads", ticket);
      await waitForLocks(db());
    });
    expect((await request)?.ok).toBe(false);
    // The session was read before the suspension.
    await expect(issueTicket(appContext(), ada.viewer, ticket, null)).rejects.toThrow();
    expect(await db().upload.count({ where: { ownerId: ada.id } })).toBe(0);
  });

  test("gives claimed documents back to the queue", async () => {
    const ada = await createMember();
    const [grace, joan] = [
      await createPersonWithRole(db(), "reviewer", ["medicalLetter"]),
      await createPersonWithRole(db(), "reviewer", ["medicalLetter"]),
    ];
    const letter = await ada.uploadFile("medicalLetter", await samplePdf(), PDF);
    const claim = (reviewer: Person) => reviewer.request("PUT", `/api/reviews/${letter.id}/claim`);
    expect((await claim(grace)).status).toBe(200);
    await change(grace, { state: "suspended" });
    expect((await claim(joan)).status).toBe(200);
    expect(await findPerson(grace.id)).toMatchObject({ role: "reviewer" });
    expect(await db().grant.count({ where: { userId: grace.id } })).toBe(1);
  });

  test("hides the page and the picture, and lifting shows both again", async () => {
    const ada = await createMember();
    const url = await uploadPublicPicture(ada);
    expect((await fetchUrl(url)).status).toBe(200);
    await change(ada, { state: "suspended" });
    expect(await publicUrlOf(ada)).toEqual({ status: 404, url: undefined });
    // A bucket says 403 to those who may not list it.
    expect([403, 404]).toContain((await fetchUrl(url)).status);
    expect(await findPerson(ada.id)).toMatchObject({ visibility: "public" });
    await change(ada, { state: "active" });
    const shown = await publicUrlOf(ada);
    expect(shown.status).toBe(200);
    expect((await fetchUrl(shown.url)).status).toBe(200);
    expect(await eventsOf(ada.id)).toEqual([
      ["person.suspended", true],
      ["person.reinstated", true],
    ]);
  });

  test("succeeds while the store is away", async () => {
    const ada = await createMember();
    await uploadPublicPicture(ada);
    const context = appContext();
    const away = () => Promise.reject(new Error("The store is away."));
    const storage = Object.assign(Object.create(context.storages.public), { removeMany: away, put: away });
    const faulty = { ...context, storages: { ...context.storages, public: storage } };
    expect(await changePerson(faulty, admin.viewer, ada.id, { state: "suspended" })).toMatchObject({
      state: "suspended",
    });
    expect(await db().file.findFirstOrThrow({ where: { ownerId: ada.id } })).toMatchObject({
      publicPrefix: null,
    });
  });

  test("ends the daily mail of a reviewer", async () => {
    const ada = await createMember();
    const grace = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"]);
    await ada.uploadFile("dbsCertificate", await samplePdf(), PDF);
    expect(await countWaitingDocuments(appContext(), grace.id)).toBe(1);
    await change(grace, { state: "suspended" });
    await enqueueReviewDigests(appContext());
    expect(await db().mail.count({ where: { recipientId: grace.id, template: "review-digest" } })).toBe(0);
    expect(await countWaitingDocuments(appContext(), grace.id)).toBe(0);
  });

  test("repeated changes nothing more", async () => {
    const ada = await createMember();
    const responses = await Promise.all([1, 2, 3].map(() => change(ada, { state: "suspended" })));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await eventsOf(ada.id)).toEqual([["person.suspended", true]]);
  });

  test("and signing in at once leaves no valid session", async () => {
    const ada = await signUp();
    const [response] = await Promise.all([signIn(ada), change(ada, { state: "suspended" })]);
    expect([200, 403]).toContain(response.status);
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
    const headers = { cookie, origin: ORIGIN };
    expect((await sendRequest("GET", "/api/profile", { headers })).status).toBe(401);
  });
});

test.each(["suspended", "left"])("a person who is %s has no public page or picture", async (state) => {
  const ada = await createMember();
  await uploadPublicPicture(ada);
  await change(ada, { state });
  // As a request leaves it that was under way.
  await db().user.update({ where: { id: ada.id }, data: { visibility: "public" } });
  await db().$transaction((tx) => markOutOfSync(tx, appContext(), { ownerId: ada.id }));
  await syncPublicationsOf(appContext(), ada.id);
  expect((await publicUrlOf(ada)).status).toBe(404);
  const picture = await db().file.findFirstOrThrow({ where: { ownerId: ada.id } });
  expect(picture.publicPrefix).toBeNull();
});

describe("letting go", () => {
  test("starts the leaving, which a sign-in does not undo", async () => {
    const ada = await signUp();
    const contract = await ada.uploadFile("contract", await samplePdf(), PDF);
    const url = await uploadPublicPicture(ada);
    const response = await change(ada, { state: "left" });
    expect(await response.json()).toMatchObject({ state: "left", role: "member", fields: [] });
    expect((await ada.get("/api/profile")).status).toBe(401);
    expect((await publicUrlOf(ada)).status).toBe(404);
    expect([403, 404]).toContain((await fetchUrl(url)).status);
    const { keepUntil } = await db().file.findUniqueOrThrow({ where: { id: contract.id } });
    expect(keepUntil).not.toBeNull();
    expect((await signIn(ada)).status).toBe(200);
    expect(await findPerson(ada.id)).toMatchObject({ leftAt: expect.any(Date), letGo: true });
    expect(await eventsOf(ada.id)).toEqual([["person.let_go", true]]);
  });

  test("leaves the person's rights: to see, export and erase", async () => {
    const ada = await signUp();
    const contract = await ada.uploadFile("contract", await samplePdf(), PDF);
    await change(ada, { state: "left" });
    const response = await signIn(ada);
    const headers = {
      cookie: response.headers
        .getSetCookie()
        .map((each) => each.split(";")[0])
        .join("; "),
      origin: ORIGIN,
    };
    const send = (method: string, path: string, body?: unknown) =>
      sendRequest(method, path, { headers, ...(body === undefined ? {} : { body }) });
    expect((await send("GET", `/api/files/${contract.id}`)).status).toBe(200);
    const exported = await (await send("GET", "/api/account/export")).json();
    expect(exported.profile).toMatchObject({ isLetGo: true });
    // But not to come back, to send files, or to show a page.
    expect((await send("DELETE", "/api/account/leave")).status).toBe(409);
    expect((await send("PATCH", "/api/profile", { visibility: "public" })).status).toBe(409);
    const ticket = { field: "contract", name: "a.pdf", ...PDF, ...sizeAndHashOf(await samplePdf()) };
    const refused = await send("POST", "/api/uploads", ticket);
    expect([refused.status, (await refused.json()).detail]).toEqual([
      409,
      "An admin has ended your membership. You cannot send files any more.",
    ]);
    expect(await findPerson(ada.id)).toMatchObject({ letGo: true, leftAt: expect.any(Date), openUploads: 0 });
    const erasure = await send("POST", "/api/account/erasure", { password: "correct horse battery" });
    expect(erasure.status).toBe(202);
  });

  test("is taken back by an admin, and the page stays private", async () => {
    const ada = await createPersonWithRole(db(), "reviewer", ["contract"]);
    await ada.request("PATCH", "/api/profile", { body: { visibility: "public" } });
    const contract = await ada.uploadFile("contract", await samplePdf(), PDF);
    await change(ada, { state: "left" });
    expect((await change(ada, { role: "reviewer" })).status).toBe(409);
    const back = await change(ada, { state: "active", role: "reviewer" });
    expect(await back.json()).toMatchObject({ state: "active", role: "reviewer", fields: [] });
    expect(await findPerson(ada.id)).toMatchObject({ leftAt: null, letGo: false, visibility: "private" });
    expect((await db().file.findUniqueOrThrow({ where: { id: contract.id } })).keepUntil).toBeNull();
    expect(await eventsOf(ada.id)).toEqual([
      ["person.let_go", true],
      ["person.returned", true],
      ["role.changed", true],
    ]);
  });

  test("of a person who left keeps the day and is final", async () => {
    const ada = await createMember();
    await ada.post("/api/account/leave");
    const { leftAt } = await findPerson(ada.id);
    await change(ada, { state: "left" });
    await comeBackAtSignIn(appContext(), ada.id);
    expect(await findPerson(ada.id)).toMatchObject({ leftAt, letGo: true });
  });

  test("lifts a suspension, and lifting all brings both back", async () => {
    const ada = await createMember();
    await change(ada, { state: "suspended" });
    await change(ada, { state: "left" });
    expect(await findPerson(ada.id)).toMatchObject({ suspendedAt: null, letGo: true });
    await change(ada, { state: "suspended" });
    expect(await (await change(ada, { state: "left" })).json()).toMatchObject({ state: "left" });
    await change(ada, { state: "suspended" });
    expect(await (await change(ada, { state: "active" })).json()).toMatchObject({ state: "active" });
    const lifted = ["suspended", "reinstated"];
    expect(await eventsOf(ada.id)).toEqual(
      [...lifted, "let_go", ...lifted, ...lifted, "returned"].map((event) => [`person.${event}`, true]),
    );
  });
});
