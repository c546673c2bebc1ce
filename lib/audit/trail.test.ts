import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../id";
import { createTrailFixture, type TrailFixture, testEntry } from "./testing/trail-fixture";
import { appendToTrail } from "./trail";
import { NO_SUBJECT } from "./trail-hash";

let fixture: TrailFixture;

beforeAll(async () => {
  fixture = await createTrailFixture();
});
beforeEach(() => fixture.empty());
afterAll(() => fixture.drop());

const positionsOf = async (subject: string) =>
  (await fixture.readChain(subject)).map(({ position }) => position);

describe("appending to the trail", () => {
  test("continues the chain of each subject across transactions", async () => {
    const [one, other] = [newId(), newId()];
    await fixture.append(testEntry(one, 1), testEntry(other, 1), testEntry(one, 2));
    await fixture.append(testEntry(one, 3));
    expect(await positionsOf(one)).toEqual([1, 2, 3]);
    expect(await positionsOf(other)).toEqual([1]);
    expect(await fixture.verify()).toMatchObject({ entries: 4, chains: 2, broken: [] });
  });

  test("gives entries without a subject one chain of their own", async () => {
    await fixture.append({ event: "rules.changed", detail: {} }, { event: "rules.changed", detail: {} });
    expect(await positionsOf(NO_SUBJECT)).toEqual([1, 2]);
    expect(await fixture.verify()).toMatchObject({ entries: 2, chains: 1, broken: [] });
  });

  test("concurrent entries of one subject make one chain", async () => {
    const subject = newId();
    await Promise.all(Array.from({ length: 8 }, () => fixture.appendChain(3, subject)));
    expect(await positionsOf(subject)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    expect((await fixture.verify()).broken).toEqual([]);
  });

  test("does not wait for an open transaction about another subject", async () => {
    const [held, free] = [newId(), newId()];
    await fixture.appendChain(1, free);
    await fixture.db.$transaction(async (tx) => {
      await appendToTrail(tx, fixture.context, [testEntry(held, 1)]);
      // Waits for ever if the open transaction blocks it.
      await fixture.appendChain(1, free);
      await fixture.appendChain(1);
    });
    expect(await fixture.verify()).toMatchObject({ entries: 4, chains: 3, broken: [] });
  });

  test("transactions about the same subjects do not deadlock in any order", async () => {
    const subjects = Array.from({ length: 12 }, () => newId());
    await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        fixture.append(
          ...(turn % 2 ? subjects : subjects.toReversed()).map((subject) => testEntry(subject, turn)),
        ),
      ),
    );
    expect(await fixture.verify()).toMatchObject({ entries: 120, chains: 12, broken: [] });
  });

  test("a rolled back transaction leaves no gap in the chain", async () => {
    const subject = await fixture.appendChain(1);
    await expect(
      fixture.db.$transaction(async (tx) => {
        await appendToTrail(tx, fixture.context, [testEntry(subject, 2)]);
        throw new Error("Roll back.");
      }),
    ).rejects.toThrow("Roll back.");
    await fixture.appendChain(1, subject);
    expect(await positionsOf(subject)).toEqual([1, 2]);
    expect((await fixture.verify()).broken).toEqual([]);
  });
});

test.each(['UPDATE "Trail" SET event = event', 'DELETE FROM "Trail"', 'TRUNCATE "Trail" CASCADE'])(
  "the database refuses %s",
  async (statement) => {
    // With the triggers of the migration: emptying a trail switches them off and on.
    const { db, append, verify, drop } = await createTrailFixture();
    await append(testEntry(newId(), 1));
    await expect(db.$executeRawUnsafe(statement)).rejects.toThrow("The audit trail is append-only");
    await expect(
      db.$transaction([
        db.$executeRawUnsafe("SET LOCAL session_replication_role = replica"),
        db.$executeRawUnsafe(statement),
      ]),
    ).rejects.toThrow("The audit trail is append-only");
    expect(await verify()).toMatchObject({ entries: 1, broken: [] });
    await drop();
  },
);

test("the database refuses an entry without a place in a chain", async () => {
  const earlier = { seq: 1n, at: new Date(), event: "bytes.destroyed", detail: {}, hash: "x" };
  await expect(fixture.db.trail.create({ data: earlier })).rejects.toThrow("The audit trail is append-only");
});
