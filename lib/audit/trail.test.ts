import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database";
import { systemClock } from "../clock";
import { newId } from "../id";
import { appendToTrail, type TrailEntry, verifyTrail } from "./trail";

let database: TestDatabase;
const context = () => ({ db: database.db, clock: systemClock });

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
  await database.db.$transaction((tx) => appendToTrail(tx, context(), entries));
}

describe("audit trail", () => {
  test("verifies entries across batches and transactions", async () => {
    await appendEntries(...Array.from({ length: 1700 }, (_, index) => testEntry(index)));
    await appendEntries(testEntry(1), testEntry(2));
    expect(await verifyTrail(context())).toMatchObject({
      entries: 1702,
      head: { seq: "1702" },
      broken: null,
    });
  });

  test("concurrent writers append to one chain", async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => appendEntries(testEntry(index), testEntry(index + 100))),
    );
    expect(await verifyTrail(context())).toMatchObject({ entries: 16, broken: null });
  });

  test("a rolled back transaction leaves no gap", async () => {
    await appendEntries(testEntry(1));
    await expect(
      database.db.$transaction(async (tx) => {
        await appendToTrail(tx, context(), [testEntry(2)]);
        throw new Error("Roll back.");
      }),
    ).rejects.toThrow("Roll back.");
    await appendEntries(testEntry(3));
    expect(await verifyTrail(context())).toMatchObject({ entries: 2, head: { seq: "2" }, broken: null });
  });

  test("verifies an empty trail without a head", async () => {
    expect(await verifyTrail(context())).toEqual({ entries: 0, head: null, broken: null });
  });

  test.each([
    ["the detail", `detail = '{"storage":"private","reason":"withdrawn","objects":9}'`],
    ["the event", "event = 'bytes.kept'"],
    ["the time", "at = at + interval '1 millisecond'"],
    ["the actor", `"byId" = '01890000-0000-7000-8000-000000000000'`],
    ["the subject", '"subjectId" = NULL'],
    ["the hash", "seal = 'x'"],
  ])("reports the first entry after a change of %s", async (_, change) => {
    await appendEntries(testEntry(1), testEntry(2), testEntry(3), testEntry(4));
    await database.db.$executeRawUnsafe(`UPDATE "Trail" SET ${change} WHERE seq >= 2`);
    expect(await verifyTrail(context())).toMatchObject({
      entries: 1,
      broken: { seq: "2", reason: "its content does not match its hash" },
    });
  });

  test("reports the entry after a missing one", async () => {
    await appendEntries(testEntry(1), testEntry(2), testEntry(3));
    await database.db.trail.delete({ where: { seq: 2 } });
    expect(await verifyTrail(context())).toMatchObject({
      broken: { seq: "3", reason: "the entry before it is missing" },
    });
  });

  test("reports an entry that another one replaced with its hash", async () => {
    await appendEntries(testEntry(1), testEntry(2), testEntry(3));
    const third = await database.db.trail.findUniqueOrThrow({ where: { seq: 3 } });
    await database.db.trail.delete({ where: { seq: 3 } });
    const { event, detail, seal } = third;
    await database.db.trail.update({
      where: { seq: 2 },
      data: { event, detail: detail ?? {}, seal, subjectId: third.subjectId, at: third.at },
    });
    expect((await verifyTrail(context())).broken).toMatchObject({ seq: "2" });
  });
});
