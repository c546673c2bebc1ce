import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock";
import { newId } from "../id";
import { type TestDb, testDb } from "../testing/database";
import { append, type Entry, verify } from "./trail";

let database: TestDb;
const deps = () => ({ db: database.db, clock: systemClock });

beforeAll(async () => {
  database = await testDb();
});
beforeEach(() => database.db.trail.deleteMany());
afterAll(() => database.drop());

const entry = (objects: number): Entry => ({
  event: "bytes.destroyed",
  subjectId: newId(),
  detail: { storage: "private", reason: "withdrawn", objects },
});

async function enter(...entries: Entry[]): Promise<void> {
  await database.db.$transaction((tx) => append(tx, deps(), entries));
}

describe("the audit trail", () => {
  test("is whole as it was written, across batches and transactions", async () => {
    await enter(...Array.from({ length: 1700 }, (_, index) => entry(index)));
    await enter(entry(1), entry(2));
    expect(await verify(deps())).toMatchObject({ entries: 1702, head: { seq: "1702" }, broken: null });
  });

  test("is one chain, whoever writes at once", async () => {
    await Promise.all(Array.from({ length: 24 }, (_, index) => enter(entry(index), entry(index + 100))));
    expect(await verify(deps())).toMatchObject({ entries: 48, broken: null });
  });

  test("has no gap where a transaction came to nothing", async () => {
    await enter(entry(1));
    await expect(
      database.db.$transaction(async (tx) => {
        await append(tx, deps(), [entry(2)]);
        throw new Error("Nothing of it.");
      }),
    ).rejects.toThrow("Nothing of it.");
    await enter(entry(3));
    expect(await verify(deps())).toMatchObject({ entries: 2, head: { seq: "2" }, broken: null });
  });

  test("that is empty is whole, and has no head", async () => {
    expect(await verify(deps())).toEqual({ entries: 0, head: null, broken: null });
  });

  test.each([
    ["its detail", `detail = '{"storage":"private","reason":"withdrawn","objects":9}'`],
    ["its event", "event = 'bytes.kept'"],
    ["its time", "at = at + interval '1 millisecond'"],
    ["who did it", `"byId" = '01890000-0000-7000-8000-000000000000'`],
    ["whom it is about", '"subjectId" = NULL'],
    ["its seal", "seal = 'x'"],
  ])("names the first entry of which somebody changed %s", async (_, change) => {
    await enter(entry(1), entry(2), entry(3), entry(4));
    await database.db.$executeRawUnsafe(`UPDATE "Trail" SET ${change} WHERE seq >= 2`);
    expect(await verify(deps())).toMatchObject({
      entries: 1,
      broken: { seq: "2", reason: "it is not what was sealed" },
    });
  });

  test("names the entry whose predecessor is missing", async () => {
    await enter(entry(1), entry(2), entry(3));
    await database.db.trail.delete({ where: { seq: 2 } });
    expect(await verify(deps())).toMatchObject({
      broken: { seq: "3", reason: "the entry before it is missing" },
    });
  });

  test("tells an entry that was put in the place of another, seal and all", async () => {
    await enter(entry(1), entry(2), entry(3));
    const third = await database.db.trail.findUniqueOrThrow({ where: { seq: 3 } });
    await database.db.trail.delete({ where: { seq: 3 } });
    const { event, detail, seal } = third;
    await database.db.trail.update({
      where: { seq: 2 },
      data: { event, detail: detail ?? {}, seal, subjectId: third.subjectId, at: third.at },
    });
    expect((await verify(deps())).broken).toMatchObject({ seq: "2" });
  });
});
