import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { createLink } from "@/lib/accounts/one-time-links";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const PDF = { type: "application/pdf" };

let environment: TestEnvironment;
let admin: Person;
let ada: Person;
let grace: Person;
let letter: string;

beforeAll(async () => {
  environment = await createTestEnvironment();
  admin = await createPersonWithRole(db(), "admin", []);
  ada = await createMember("=Ada");
  grace = await createPersonWithRole(db(), "reviewer", ["medicalLetter"], "Grace Hopper");
  letter = (await ada.uploadFile("medicalLetter", await samplePdf(), { ...PDF, name: "secret name.pdf" })).id;
});
afterAll(() => environment.drop());

const setWorkName = (workName: string) =>
  admin.request("PATCH", `/api/people/${grace.id}`, { body: { workName } });
const accessesOfOwner = async () =>
  (await (await ada.get(`/api/files/${letter}/accesses`)).json()).items.map(
    ({ by }: { by: { name: string } }) => by.name,
  );
const endSession = () => db().access.updateMany({ data: { at: new Date(Date.now() - 3600 * 1000) } });

test("a member sees the work name as it was at the time", async () => {
  expect((await grace.get(`/api/files/${letter}/pages/1`)).status).toBe(302);
  await endSession();
  expect(await (await setWorkName("Reviewer 7")).json()).toMatchObject({ workName: "Reviewer 7" });
  expect((await grace.get(`/api/files/${letter}/pages/1`)).status).toBe(302);
  await db().user.update({ where: { id: grace.id }, data: { name: "Grace Murray" } });
  expect(await accessesOfOwner()).toEqual(["Reviewer 7", "Grace Hopper"]);
  const exported = await (await ada.get("/api/account/export")).json();
  expect(JSON.stringify(exported)).not.toContain("Murray");
  expect((await setWorkName("")).status).toBe(200);
  expect(await accessesOfOwner()).toEqual(["Reviewer 7", "Grace Hopper"]);
  const entries = await db().trail.findMany({ where: { subjectId: grace.id } });
  expect(entries.map(({ event, detail }) => [event, detail])).toEqual([
    ["work_name.changed", {}],
    ["work_name.changed", {}],
  ]);
});

test("a member has no work name in the own log", async () => {
  const joan = await createMember("Joan");
  await db().user.update({ where: { id: joan.id }, data: { workName: "Hidden" } });
  const own = await joan.uploadFile("contract", await samplePdf(), PDF);
  expect((await joan.get(`/api/files/${own.id}/content?intent=view`)).status).toBe(302);
  const { items } = await (await joan.get(`/api/files/${own.id}/accesses`)).json();
  expect(items.map(({ by }: { by: { name: string } }) => by.name)).toEqual(["Joan"]);
});

describe("who opened what", () => {
  const opened = async (query = "", by = grace.id) =>
    (await admin.get(`/api/people/${by}/accesses${query}`)).json();

  test("names person, document type and member, and no file", async () => {
    const page = await opened();
    expect(page.items[0]).toEqual({
      at: expect.any(String),
      intent: "view",
      by: { id: grace.id, name: "Grace Murray", role: "reviewer" },
      file: { id: letter, field: "medicalLetter" },
      member: { id: ada.id, name: "=Ada" },
      address: null,
    });
    expect(JSON.stringify(page)).not.toContain("secret name");
    expect((await opened("", ada.id)).items).toEqual([]);
  });

  test("lies between two times, the end included", async () => {
    const [{ at }] = (await opened()).items;
    const next = new Date(Date.parse(at) + 1).toISOString();
    expect((await opened(`?from=${at}&to=${at}`)).items).toHaveLength(1);
    expect((await opened(`?from=${next}`)).items).toHaveLength(0);
    // A form sends a time without a zone: it is in UTC.
    expect((await opened(`?from=${at.slice(0, 16)}`)).items).toHaveLength(1);
    for (const query of ["?from=yesterday", "?to=2026-13-01", "?cursor=x"])
      expect((await admin.get(`/api/people/${grace.id}/accesses${query}`)).status).toBe(422);
  });

  test("is a CSV file with one line each and no formula", async () => {
    const response = await admin.get(`/api/people/accesses/csv?member=${ada.id}&by=${grace.id}`);
    expect(response.headers.get("content-disposition")).toContain("attachment");
    const [head, ...lines] = (await response.text()).trim().split("\r\n");
    expect(head).toContain("time,action,opened by");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`,'=Ada,${ada.id},`);
    const other = await admin.get(`/api/people/accesses/csv?member=${grace.id}`);
    expect((await other.text()).trim().split("\r\n")).toHaveLength(1);
  });

  test("walks through many entries without a gap", async () => {
    const joan = await createPersonWithRole(db(), "reviewer", []);
    const at = new Date("2026-01-01T00:00:00Z");
    await db().$executeRaw`
      INSERT INTO "Access" (id, "fileId", "byId", "byName", "byRole", intent, at)
      SELECT gen_random_uuid(), ${letter}::uuid, ${joan.id}::uuid, 'Joan', 'reviewer', 'view', ${at}
      FROM generate_series(1, 1201)`;
    const csv = await admin.get(`/api/people/accesses/csv?by=${joan.id}`);
    const ids = (await csv.text()).trim().split("\r\n");
    expect(ids).toHaveLength(1202);
    let count = 0;
    let next: string | null = "";
    while (next !== null) {
      const page = await opened(next ? `?cursor=${next}` : "", joan.id);
      count += page.items.length;
      next = page.next;
    }
    expect(count).toBe(1201);
  });
});

describe("ending sessions", () => {
  test("of one person signs that person out everywhere", async () => {
    const joan = await createMember();
    await createLink(db(), appContext(), { purpose: "recovery", personId: joan.id, email: joan.email });
    expect((await admin.request("DELETE", `/api/people/${joan.id}/sessions`)).status).toBe(204);
    expect((await joan.get("/api/profile")).status).toBe(401);
    expect(await db().oneTimeLink.count({ where: { personId: joan.id } })).toBe(0);
    expect((await ada.get("/api/profile")).status).toBe(200);
    expect(await db().trail.findFirstOrThrow({ where: { subjectId: joan.id } })).toMatchObject({
      event: "sessions.ended",
      byId: admin.id,
      detail: { sessions: 1 },
    });
  });

  test.each([undefined, {}, { confirm: true }, { confirm: "everybody" }])(
    "of everyone needs the word, not %j",
    async (body) => {
      const response = await admin.request("DELETE", "/api/people/sessions", body ? { body } : {});
      expect([400, 415, 422]).toContain(response.status);
      expect((await ada.get("/api/profile")).status).toBe(200);
    },
  );

  test("of everyone leaves the caller signed in", async () => {
    const second = await createPersonWithRole(db(), "admin", []);
    await createLink(db(), appContext(), { purpose: "recovery", personId: ada.id, email: ada.email });
    const response = await admin.request("DELETE", "/api/people/sessions", { body: { confirm: "everyone" } });
    expect(response.status).toBe(204);
    expect([await db().session.count(), await db().oneTimeLink.count()]).toEqual([1, 0]);
    expect((await second.get("/api/profile")).status).toBe(401);
    expect((await admin.get("/api/profile")).status).toBe(200);
    expect(await db().trail.findFirstOrThrow({ where: { subjectId: null } })).toMatchObject({
      event: "sessions.ended",
      byId: admin.id,
      detail: { of: "everyone" },
    });
  });
});
