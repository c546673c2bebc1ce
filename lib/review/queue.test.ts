import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FileStatus } from "../db/generated/enums";
import { hasStatusAt } from "../files/status-in-sql";
import { statusAt } from "../files/validity";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "./claims";
import { listReviews, queueSchema } from "./queue";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  await fixture.context.db.file.deleteMany();
  member = await fixture.createPerson([], "member");
  ada = await fixture.createPerson(["medicalLetter", "dbsCertificate"]);
});
afterAll(() => fixture.drop());

const listQueue = (request: Record<string, unknown> = {}, by = ada) =>
  listReviews(fixture.context, by, queueSchema.parse(request));

const ids = ({ items }: Awaited<ReturnType<typeof listReviews>>) => items.map(({ file }) => file.id);

describe("the queue", () => {
  test("pages through documents of one moment without gaps or repeats", async () => {
    const createdAt = new Date("2026-02-01T12:00:00.123Z");
    const rows = Array.from({ length: 23 }, () =>
      fixture.buildFileRow(member, "medicalLetter", { createdAt }),
    );
    await fixture.context.db.file.createMany({ data: rows });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listQueue({ limit: 5, ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(5);
      seen.push(...ids(page));
      cursor = page.next;
    } while (cursor);
    expect(seen).toEqual(rows.map(({ id }) => id).sort());
  });

  test("continues after the cursor although earlier documents are decided", async () => {
    const days = ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"];
    const rows = await Promise.all(
      days.map((day) => fixture.submitFile(member, "medicalLetter", { createdAt: new Date(day) })),
    );
    const first = await listQueue({ limit: 2 });
    await fixture.context.db.file.updateMany({
      where: { id: rows[0]?.id ?? "" },
      data: { status: "approved" },
    });
    expect(ids(await listQueue({ limit: 2, cursor: first.next }))).toEqual([rows[2]?.id, rows[3]?.id]);
  });

  test("ends after a last full page", async () => {
    await Promise.all([1, 2].map(() => fixture.submitFile(member, "medicalLetter")));
    expect((await listQueue({ limit: 2 })).next).toBeNull();
  });

  test("lists documents of granted fields without the viewer's own", async () => {
    const letter = await fixture.submitFile(member, "medicalLetter");
    await fixture.submitFile(member, "dbsCertificate");
    await fixture.submitFile(ada, "medicalLetter");
    const nurse = await fixture.createPerson(["medicalLetter"]);
    const queue = await listQueue({}, nurse);
    expect(ids(queue)).toContain(letter.id);
    expect(queue.items.every(({ file }) => file.field === "medicalLetter")).toBe(true);
    expect((await listQueue()).items.every(({ member: { id } }) => id !== ada.id)).toBe(true);
    expect(queue.counts.submitted.count).toBe(2);
    expect((await listQueue()).counts.submitted.count).toBe(2);
  });

  test("is empty for an admin without a grant", async () => {
    await fixture.submitFile(member, "medicalLetter");
    const queue = await listQueue({}, await fixture.createPerson([], "admin"));
    expect(queue.items).toEqual([]);
    expect(queue.counts.submitted.count).toBe(0);
  });

  test("filters by field and by status", async () => {
    const letter = await fixture.submitFile(member, "medicalLetter");
    const approved = await fixture.submitFile(member, "medicalLetter", { status: "approved" });
    await fixture.submitFile(member, "dbsCertificate");
    expect(ids(await listQueue({ field: "medicalLetter" }))).toEqual([letter.id]);
    expect(ids(await listQueue({ status: "approved" }))).toEqual([approved.id]);
  });

  test("lists and counts a lapsed approval as expired", async () => {
    const validUntil = new Date(fixture.context.clock.now().getTime() + 60_000);
    const letter = await fixture.submitFile(member, "medicalLetter", { status: "approved", validUntil });
    expect(ids(await listQueue({ status: "approved" }))).toEqual([letter.id]);
    expect((await listQueue()).counts).toMatchObject({ approved: { count: 1 }, expired: { count: 0 } });
    fixture.advanceClock(60);
    expect(ids(await listQueue({ status: "approved" }))).toEqual([]);
    expect(ids(await listQueue({ status: "expired" }))).toEqual([letter.id]);
    expect((await listQueue()).counts).toMatchObject({ approved: { count: 0 }, expired: { count: 1 } });
    expect((await fixture.findFile(letter.id)).status).toBe("approved");
  });

  test("gives each document the same status in SQL and TypeScript", async () => {
    const now = fixture.context.clock.now();
    const dates = [null, ...[-1, 0, 1].map((ms) => new Date(now.getTime() + ms))];
    const rows = Object.values(FileStatus).flatMap((status) =>
      dates.map((validUntil) => fixture.buildFileRow(member, "medicalLetter", { status, validUntil })),
    );
    await fixture.context.db.file.createMany({ data: rows });
    for (const status of Object.values(FileStatus)) {
      const found = await fixture.context.db.$queryRaw<{ id: string }[]>`
        SELECT id FROM "File" WHERE ${hasStatusAt(status, now)} ORDER BY id`;
      const expected = rows.filter((row) => statusAt(row, now) === status).map(({ id }) => id);
      expect(found.map(({ id }) => id)).toEqual(expected.sort());
    }
  });

  test("filters by the claims that have not expired", async () => {
    const [own, unclaimed, claimed] = await Promise.all(
      [1, 2, 3].map(() => fixture.submitFile(member, "medicalLetter")),
    );
    const bob = await fixture.createPerson(["medicalLetter"]);
    await claimDocument(fixture.context, ada, own?.id ?? "");
    await claimDocument(fixture.context, bob, claimed?.id ?? "");
    expect(ids(await listQueue({ claimed: "me" }))).toEqual([own?.id]);
    expect(ids(await listQueue({ claimed: "none" }))).toEqual([unclaimed?.id]);
    fixture.advanceClock(fixture.context.limits.claimTtl);
    expect(ids(await listQueue({ claimed: "me" }))).toEqual([]);
    expect(ids(await listQueue({ claimed: "none" }))).toHaveLength(3);
  });

  test("stops counting at a thousand", async () => {
    const rows = Array.from({ length: 1000 }, () => fixture.buildFileRow(member, "medicalLetter"));
    await fixture.context.db.file.createMany({ data: rows });
    expect((await listQueue({ limit: 1 })).counts.submitted).toEqual({ count: 1000, capped: false });
    await fixture.submitFile(member, "medicalLetter");
    expect((await listQueue({ limit: 1 })).counts.submitted).toEqual({ count: 1000, capped: true });
  });

  test.each([
    "x",
    "\0",
    Buffer.from("[]").toString("base64url"),
    Buffer.from('["now",1]').toString("base64url"),
  ])("rejects the cursor %j", async (cursor) => {
    await expect(listQueue({ cursor })).rejects.toMatchObject({
      code: "invalid",
      errors: [{ path: "cursor", message: expect.any(String) }],
    });
  });
});
