import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Problem } from "../errors";
import { publishTrailHeads } from "./publish-heads";
import { MAX_HEADS, publishedHeadsKey } from "./published-heads";
import { createTrailFixture, type TrailFixture, testEntry, trailKeyOf } from "./testing/trail-fixture";
import { appendToTrail } from "./trail";

const DAY = 24 * 3600;
let fixture: TrailFixture;

beforeAll(async () => {
  fixture = await createTrailFixture();
});
beforeEach(() => fixture.empty());
afterAll(() => fixture.drop());

const publish = () => publishTrailHeads(fixture.context);
const store = () => fixture.context.storages.private;

/** Publishes one chain of two entries, and a second one a day later. */
async function publishTwice() {
  const first = await fixture.appendChain(2);
  await publish();
  fixture.advanceClock(DAY);
  const second = await fixture.appendChain(2);
  await publish();
  return { first, second };
}

describe("publishTrailHeads", () => {
  test("publishes each changed head once, at most once a day", async () => {
    expect(await publish()).toBe(0);
    await fixture.appendChain(3);
    const busy = await fixture.appendChain(1);
    expect([await publish(), await publish()]).toEqual([2, 0]);
    await fixture.appendChain(1, busy);
    fixture.advanceClock(DAY - 1);
    expect(await publish()).toBe(0);
    fixture.advanceClock(1);
    expect([await publish(), await publish()]).toEqual([1, 0]);
    expect(await fixture.verify()).toMatchObject({ entries: 5, objects: 2, broken: [] });
  });

  test("writes several objects for many heads", async () => {
    const { db } = fixture;
    await fixture.appendChain(1);
    // Heads without entries are enough here.
    await db.$executeRaw`
      INSERT INTO "TrailHead" ("chainId", position, seq, hash, mac)
      SELECT gen_random_uuid(), 1, 1, 'x', 'x' FROM generate_series(1, ${MAX_HEADS}::int)`;
    expect(await publish()).toBe(MAX_HEADS + 1);
    expect(await db.trailPublishedHeads.findMany({ orderBy: { number: "asc" } })).toMatchObject([
      { number: 1, heads: MAX_HEADS },
      { number: 2, heads: 1 },
    ]);
  });

  test("two processes at once publish each number once", async () => {
    await fixture.appendChain(1);
    await Promise.all([publish(), publish(), publish()]);
    expect(await fixture.verify()).toMatchObject({ objects: 1, broken: [] });
    expect(await fixture.db.trailHead.count({ where: { unpublished: true } })).toBe(0);
  });

  test("records an object that a killed process left behind", async () => {
    const subject = await fixture.appendChain(1);
    await publish();
    // The process died before it wrote the row.
    await fixture.tamper('DELETE FROM "TrailPublishedHeads"', 'UPDATE "TrailHead" SET unpublished = true');
    await fixture.appendChain(1, subject);
    await publish();
    fixture.advanceClock(DAY);
    expect(await publish()).toBe(1);
    expect(await fixture.verify()).toMatchObject({ objects: 2, broken: [] });
  });

  test("publishes nothing over an object of another writer", async () => {
    await fixture.appendChain(1);
    const body = Buffer.from('{"version":1}');
    await store().put(publishedHeadsKey(1), body, { type: "application/json", size: body.length });
    await expect(publish()).rejects.toMatchObject({ code: "internal" });
  });

  test("keeps heads unpublished if the store is unavailable", async () => {
    await fixture.appendChain(1);
    const put = async () => {
      throw new Problem("unavailable", "Unavailable.");
    };
    const failing = Object.assign(Object.create(store()), { put });
    const storages = { ...fixture.context.storages, private: failing };
    await expect(publishTrailHeads({ ...fixture.context, storages })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await publish()).toBe(1);
  });

  test("reports that the key has changed", async () => {
    await fixture.appendChain(1);
    await publish();
    fixture.advanceClock(DAY);
    const trailKey = trailKeyOf("a later secret");
    await expect(publishTrailHeads({ ...fixture.context, trailKey })).rejects.toThrow("TRAIL_SECRET");
  });
});

describe("published heads", () => {
  test("name a subject that is gone with its head", async () => {
    const { first } = await publishTwice();
    await fixture.tamper(
      `DELETE FROM "Trail" WHERE "chainId" = '${first}'`,
      `DELETE FROM "TrailHead" WHERE "chainId" = '${first}'`,
    );
    const reason = expect.stringMatching(/^entry 2 of its subject, published on 2026-.*, is missing$/);
    expect((await fixture.verify()).broken).toEqual([{ seq: null, subject: first, reason }]);
  });

  test("name a missing last entry although the head before it is back", async () => {
    const subject = await fixture.appendChain(1);
    const earlier = await fixture.db.trailHead.findUniqueOrThrow({ where: { chainId: subject } });
    await fixture.appendChain(1, subject);
    await publish();
    await fixture.tamper(`DELETE FROM "Trail" WHERE "chainId" = '${subject}' AND position = 2`);
    await fixture.db.trailHead.update({ where: { chainId: subject }, data: earlier });
    const { broken } = await fixture.verify();
    expect(broken).toMatchObject([{ subject, reason: expect.stringMatching(/^entry 2 .* is missing$/) }]);
  });

  test("name a subject that was written again with the right key", async () => {
    const { second } = await publishTwice();
    await fixture.tamper(
      `DELETE FROM "Trail" WHERE "chainId" = '${second}'`,
      `DELETE FROM "TrailHead" WHERE "chainId" = '${second}'`,
    );
    await fixture.db.$transaction((tx) =>
      appendToTrail(tx, fixture.context, [testEntry(second, 7), testEntry(second, 8)]),
    );
    const { broken } = await fixture.verify();
    expect(broken).toMatchObject([
      { subject: second, reason: expect.stringMatching(/^entry 2 .* is another one$/) },
    ]);
  });

  test.each([
    ["first", 1],
    ["last", 2],
  ])("are missed if the %s object is removed", async (_, number) => {
    await publishTwice();
    await store().remove(publishedHeadsKey(number));
    expect((await fixture.verify()).broken).toMatchObject([
      { reason: `the object ${publishedHeadsKey(number)} is missing in the private storage` },
    ]);
  });

  test("are missed if object and row are removed in the middle", async () => {
    await publishTwice();
    await store().remove(publishedHeadsKey(1));
    await fixture.tamper('DELETE FROM "TrailPublishedHeads" WHERE number = 1');
    expect((await fixture.verify()).broken).toHaveLength(1);
  });

  test("count as changed if another key or text is in an object", async () => {
    await publishTwice();
    const body = Buffer.from(JSON.stringify({ version: 1, number: 2, heads: [], previous: "", mac: "x" }));
    await store().remove(publishedHeadsKey(2));
    await store().put(publishedHeadsKey(2), body, { type: "application/json", size: body.length });
    expect((await fixture.verify()).broken).toMatchObject([
      { reason: expect.stringContaining("was changed in the private storage") },
    ]);
  });
});

test.each(['UPDATE "TrailPublishedHeads" SET heads = 0', 'DELETE FROM "TrailPublishedHeads"'])(
  "the database refuses %s",
  async (statement) => {
    await expect(fixture.db.$executeRawUnsafe(statement)).rejects.toThrow("The audit trail is append-only");
  },
);
