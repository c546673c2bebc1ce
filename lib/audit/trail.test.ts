import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock";
import { newId } from "../id";
import { type TestDatabase, createTestDatabase } from "../../tests/support/database";
import { appendToTrail, type TrailEntry, verifyTrail } from "./trail";

let database: TestDatabase;
const deps = () => ({ db: database.db, clock: systemClock });

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.db.trail.deleteMany());
afterAll(() => database.drop());

const testEntry = (objects: number): TrailEntry => ({
  event: "bytes.destroyed",
  subjectId: newId(),
  detail: { storage: "private", reason: "withdrawn", objects },
});

async function appendEntries(...entries: TrailEntry[]): Promise<void> {
  await database.db.$transaction((tx) => appendToTrail(tx, deps(), entries));
}

describe("the audit trail", () => {
  test("is whole as it was written, across batches and transactions", async () => {
    await appendEntries(...Array.from({ length: 1700 }, (_, index) => testEntry(index)));
    await appendEntries(testEntry(1), testEntry(2));
    expect(await verifyTrail(deps())).toMatchObject({ entries: 1702, head: { seq: "1702" }, broken: null });
  });

  test("is one chain, whoever writes at once", async () => {
    await Promise.all(Array.from({ length: 24 }, (_, index) => appendEntries(testEntry(index), testEntry(index + 100))));
    expect(await verifyTrail(deps())).toMatchObject({ entries: 48, broken: null });
  });

  test("has no gap where a transaction came to nothing", async () => {
    await appendEntries(testEntry(1));
    await expect(
      database.db.$transaction(async (tx) => {
        await appendToTrail(tx, deps(), [testEntry(2)]);
        throw new Error("Nothing of it.");
      }),
    ).rejects.toThrow("Nothing of it.");
    await appendEntries(testEntry(3));
    expect(await verifyTrail(deps())).toMatchObject({ entries: 2, head: { seq: "2" }, broken: null });
  });

  test("that is empty is whole, and has no head", async () => {
    expect(await verifyTrail(deps())).toEqual({ entries: 0, head: null, broken: null });
  });

  test.each([
    ["its detail", `detail = '{"storage":"private","reason":"withdrawn","objects":9}'`],
    ["its event", "event = 'bytes.kept'"],
    ["its time", "at = at + interval '1 millisecond'"],
    ["who did it", `"byId" = '01890000-0000-7000-8000-000000000000'`],
    ["whom it is about", '"subjectId" = NULL'],
    ["its seal", "seal = 'x'"],
  ])("names the first entry of which somebody changed %s", async (_, change) => {
    await appendEntries(testEntry(1), testEntry(2), testEntry(3), testEntry(4));
    await database.db.$executeRawUnsafe(`UPDATE "Trail" SET ${change} WHERE seq >= 2`);
    expect(await verifyTrail(deps())).toMatchObject({
      entries: 1,
      broken: { seq: "2", reason: "it is not what was sealed" },
    });
  });

  test("names the entry whose predecessor is missing", async () => {
    await appendEntries(testEntry(1), testEntry(2), testEntry(3));
    await database.db.trail.delete({ where: { seq: 2 } });
    expect(await verifyTrail(deps())).toMatchObject({
      broken: { seq: "3", reason: "the entry before it is missing" },
    });
  });

  test("tells an entry that was put in the place of another, seal and all", async () => {
    await appendEntries(testEntry(1), testEntry(2), testEntry(3));
    const third = await database.db.trail.findUniqueOrThrow({ where: { seq: 3 } });
    await database.db.trail.delete({ where: { seq: 3 } });
    const { event, detail, seal } = third;
    await database.db.trail.update({
      where: { seq: 2 },
      data: { event, detail: detail ?? {}, seal, subjectId: third.subjectId, at: third.at },
    });
    expect((await verifyTrail(deps())).broken).toMatchObject({ seq: "2" });
  });
});
