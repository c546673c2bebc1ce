import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db, storages } from "@/app/_server/app-context";
import { addDuration, dayOf } from "@/lib/fields/calendar";
import { originalKey } from "@/lib/files/file";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, createPersonWithRole, type Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const SECRET = "a secret of the scheduler";
let environment: TestEnvironment;
let member: Person;
let admin: Person;

beforeAll(async () => {
  environment = await createTestEnvironment({ CRON_SECRET: SECRET });
  member = await createMember();
  admin = await createPersonWithRole(db(), "admin", []);
});
afterAll(() => environment.drop());

const upload = async (field: string) =>
  member.uploadFile(field, await samplePdf(), { type: "application/pdf" });
const find = async (id: string) => (await member.get(`/api/files/${id}`)).json();
const runRetention = async () =>
  (
    await sendRequest("POST", "/api/cron/retention", { headers: { authorization: `Bearer ${SECRET}` } })
  ).json();

describe("a document", () => {
  test("has its last day from the upload on", async () => {
    const letter = await upload("medicalLetter");
    const lastDay = addDuration(dayOf(new Date(), "UTC"), "P1Y");
    expect(letter.keepUntil).toBe(`${lastDay}T23:59:59.999Z`);
    expect(await find(letter.id)).toMatchObject({ keepUntil: letter.keepUntil });
    expect(await upload("contract")).not.toHaveProperty("keepUntil");
  });

  test("cannot be read after the run that follows its last day", async () => {
    const letter = await upload("medicalLetter");
    const file = await db().file.update({ where: { id: letter.id }, data: { keepUntil: new Date(0) } });
    await runRetention();
    // The first run of an installation computes the dates of all files again.
    await db().file.update({ where: { id: letter.id }, data: { keepUntil: new Date(0) } });
    expect(await runRetention()).toMatchObject({ ended: 1, failed: 0 });
    expect((await member.get(`/api/files/${letter.id}/content`)).status).toBe(410);
    expect(await storages().private.stat(originalKey(file))).toBeNull();
    expect(await find(letter.id)).toMatchObject({ purgedAt: expect.any(String), sha256: letter.sha256 });
    expect(await find(letter.id)).not.toHaveProperty("keepUntil");
    expect((await member.get(`/api/files/${letter.id}/accesses`)).status).toBe(200);
  });

  test("shows its owner a hold without the reason", async () => {
    const { id } = await upload("medicalLetter");
    const hold = await (await admin.post("/api/holds", { fileId: id, reason: "A secret" })).json();
    const held = await find(id);
    expect(held).toMatchObject({ held: true });
    expect(JSON.stringify(held)).not.toContain("A secret");
    expect((await member.request("DELETE", `/api/files/${id}`)).status).toBe(409);
    await admin.request("DELETE", `/api/holds/${hold.id}`, { body: { reason: "Done" } });
    expect(await find(id)).not.toHaveProperty("held");
  });
});

test("an admin downloads the forecast as CSV", async () => {
  const { days } = await (await admin.get("/api/retention/forecast")).json();
  const response = await admin.get("/api/retention/forecast?format=csv");
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const lines = (await response.text()).trim().split("\n");
  expect(lines).toEqual([
    "last day,field,files",
    ...days.map(
      ({ date, field, files }: { date: string; field: string; files: number }) => `${date},${field},${files}`,
    ),
  ]);
  expect(lines.length).toBeGreaterThan(1);
});

test("the runs list what the job did, latest first", async () => {
  await runRetention();
  const { items } = await (await admin.get("/api/retention/runs")).json();
  expect(items[0]).toMatchObject({ ended: 0, endedAt: expect.any(String) });
  expect(items.some(({ ended }: { ended: number }) => ended === 1)).toBe(true);
});
