import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Viewer } from "../accounts/viewer";
import { FileStatus } from "../db/generated/enums";
import { hasStatusAt } from "../files/status-in-sql";
import { statusAt } from "../files/validity";
import { claim } from "./claims";
import { queue, queueSchema } from "./queue";
import { type TestDesk, testDesk } from "./testing/desk";

let desk: TestDesk;
let member: Viewer;
let ada: Viewer;

beforeAll(async () => {
  desk = await testDesk();
});
beforeEach(async () => {
  await desk.deps.db.file.deleteMany();
  member = await desk.person([], "member");
  ada = await desk.person(["medicalLetter", "dbsCertificate"]);
});
afterAll(() => desk.drop());

const look = (request: Record<string, unknown> = {}, by = ada) =>
  queue(desk.deps, by, queueSchema.parse(request));

const ids = ({ items }: Awaited<ReturnType<typeof queue>>) => items.map(({ file }) => file.id);

describe("the queue", () => {
  test("neither skips nor repeats where many were handed in at the same moment", async () => {
    const at = new Date("2026-02-01T12:00:00.123Z");
    const rows = Array.from({ length: 23 }, () => desk.row(member, "medicalLetter", { at }));
    await desk.deps.db.file.createMany({ data: rows });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await look({ limit: 5, ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(5);
      seen.push(...ids(page));
      cursor = page.next;
    } while (cursor);
    expect(seen).toEqual(rows.map(({ id }) => id).sort());
  });

  test("goes on at its place although earlier ones were decided meanwhile", async () => {
    const days = ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"];
    const rows = await Promise.all(
      days.map((day) => desk.submit(member, "medicalLetter", { at: new Date(day) })),
    );
    const first = await look({ limit: 2 });
    await desk.deps.db.file.updateMany({ where: { id: rows[0]?.id ?? "" }, data: { status: "approved" } });
    expect(ids(await look({ limit: 2, cursor: first.next }))).toEqual([rows[2]?.id, rows[3]?.id]);
  });

  test("ends with its last full page", async () => {
    await Promise.all([1, 2].map(() => desk.submit(member, "medicalLetter")));
    expect((await look({ limit: 2 })).next).toBeNull();
  });

  test("shows the documents of granted fields, and never one's own", async () => {
    const letter = await desk.submit(member, "medicalLetter");
    await desk.submit(member, "dbsCertificate");
    await desk.submit(ada, "medicalLetter");
    const nurse = await desk.person(["medicalLetter"]);
    const shown = await look({}, nurse);
    expect(ids(shown)).toContain(letter.id);
    expect(shown.items.every(({ file }) => file.field === "medicalLetter")).toBe(true);
    expect((await look()).items.every(({ member: { id } }) => id !== ada.id)).toBe(true);
    expect(shown.counts.submitted.count).toBe(2);
    expect((await look()).counts.submitted.count).toBe(2);
  });

  test("is empty for an admin without a grant", async () => {
    await desk.submit(member, "medicalLetter");
    const shown = await look({}, await desk.person([], "admin"));
    expect(shown.items).toEqual([]);
    expect(shown.counts.submitted.count).toBe(0);
  });

  test("narrows by field and by status", async () => {
    const letter = await desk.submit(member, "medicalLetter");
    const approved = await desk.submit(member, "medicalLetter", { status: "approved" });
    await desk.submit(member, "dbsCertificate");
    expect(ids(await look({ field: "medicalLetter" }))).toEqual([letter.id]);
    expect(ids(await look({ status: "approved" }))).toEqual([approved.id]);
  });

  test("lists and counts a lapsed approval as expired", async () => {
    const validUntil = new Date(desk.deps.clock.now().getTime() + 60_000);
    const letter = await desk.submit(member, "medicalLetter", { status: "approved", validUntil });
    expect(ids(await look({ status: "approved" }))).toEqual([letter.id]);
    expect((await look()).counts).toMatchObject({ approved: { count: 1 }, expired: { count: 0 } });
    desk.forward(60);
    expect(ids(await look({ status: "approved" }))).toEqual([]);
    expect(ids(await look({ status: "expired" }))).toEqual([letter.id]);
    expect((await look()).counts).toMatchObject({ approved: { count: 0 }, expired: { count: 1 } });
    expect((await desk.file(letter.id)).status).toBe("approved");
  });

  test("gives each document the same status in SQL and TypeScript", async () => {
    const now = desk.deps.clock.now();
    const dates = [null, ...[-1, 0, 1].map((ms) => new Date(now.getTime() + ms))];
    const rows = Object.values(FileStatus).flatMap((status) =>
      dates.map((validUntil) => desk.row(member, "medicalLetter", { status, validUntil })),
    );
    await desk.deps.db.file.createMany({ data: rows });
    for (const status of Object.values(FileStatus)) {
      const found = await desk.deps.db.$queryRaw<{ id: string }[]>`
        SELECT id FROM "File" WHERE ${hasStatusAt(status, now)} ORDER BY id`;
      const expected = rows.filter((row) => statusAt(row, now) === status).map(({ id }) => id);
      expect(found.map(({ id }) => id)).toEqual(expected.sort());
    }
  });

  test("knows what is mine and what is nobody's, by claims that still hold", async () => {
    const [mine, free, others] = await Promise.all([1, 2, 3].map(() => desk.submit(member, "medicalLetter")));
    const bob = await desk.person(["medicalLetter"]);
    await claim(desk.deps, ada, mine?.id ?? "");
    await claim(desk.deps, bob, others?.id ?? "");
    expect(ids(await look({ claimed: "me" }))).toEqual([mine?.id]);
    expect(ids(await look({ claimed: "none" }))).toEqual([free?.id]);
    desk.forward(desk.deps.limits.claimTtl);
    expect(ids(await look({ claimed: "me" }))).toEqual([]);
    expect(ids(await look({ claimed: "none" }))).toHaveLength(3);
  });

  test("stops counting at a thousand", async () => {
    const rows = Array.from({ length: 1000 }, () => desk.row(member, "medicalLetter"));
    await desk.deps.db.file.createMany({ data: rows });
    expect((await look({ limit: 1 })).counts.submitted).toEqual({ count: 1000, capped: false });
    await desk.submit(member, "medicalLetter");
    expect((await look({ limit: 1 })).counts.submitted).toEqual({ count: 1000, capped: true });
  });

  test.each(["x", Buffer.from("[]").toString("base64url"), Buffer.from('["now",1]').toString("base64url")])(
    "does not know the cursor %j",
    async (cursor) => {
      await expect(look({ cursor })).rejects.toMatchObject({
        code: "invalid",
        errors: [{ path: "cursor", message: expect.any(String) }],
      });
    },
  );
});
