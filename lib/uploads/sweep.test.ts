import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import type { Storage } from "../storage/storage";
import { expireMemberTickets } from "./expire";
import { countPendingWork, sweep, runFrequentWork } from "./sweep";
import { type SweepFixture, createSweepFixture } from "./testing/sweep-fixture";

let fixture: SweepFixture;
const HOUR = 3600;
/** Beyond a ticket's end and the grace. */
const LONG_AGO_SECONDS = -2 * HOUR;

beforeAll(async () => {
  fixture = await createSweepFixture();
});
afterEach(async () => {
  await fixture.db.upload.deleteMany();
  await fixture.db.purge.deleteMany();
});
afterAll(() => fixture.drop());

const findState = async (id: string) => (await fixture.db.upload.findUniqueOrThrow({ where: { id } })).state;

describe("a sweep of uploads", () => {
  test("ends what was abandoned longer ago than the grace, gives the room back and destroys what arrived", async () => {
    const ada = await fixture.member();
    const bo = await fixture.member();
    const old = [
      await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS, size: 700 }),
      await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS, size: 30 }),
      await fixture.upload({ ownerId: bo, expires: LONG_AGO_SECONDS, size: 5 }),
    ];
    const alive = await fixture.upload({ ownerId: ada, size: 11 });
    await fixture.put("private", ...old.map(({ key }) => key), alive.key);
    const swept = await sweep(fixture.deps);
    expect(swept).toEqual({
      expired: 3,
      destroyed: 3,
      settled: 0,
      aborted: 0,
      failed: 0,
      left: { uploads: 0, purges: 0, publications: 0 },
    });
    expect(await Promise.all(old.map(({ id }) => findState(id)))).toEqual(["expired", "expired", "expired"]);
    expect(await findState(alive.id)).toBe("issued");
    expect(await fixture.room(ada)).toEqual({ openUploads: 1, storedBytes: 11 });
    expect(await fixture.room(bo)).toEqual({ openUploads: 0, storedBytes: 0 });
    expect(await fixture.keys("private", "quarantine/")).toEqual([alive.key]);
  });

  test("leaves a ticket alone whose grace is not over", async () => {
    const ada = await fixture.member();
    const ended = await fixture.upload({ ownerId: ada, expires: -HOUR + 60 });
    expect((await sweep(fixture.deps)).expired).toBe(0);
    expect(await findState(ended.id)).toBe("issued");
  });

  test("ends a completion that died, and none whose ticket or lease may still live", async () => {
    const ada = await fixture.member();
    const inspecting = (expires: number, inspectingUntil: number) =>
      fixture.upload({ ownerId: ada, state: "inspecting", expires, inspectingUntil });
    const dead = await inspecting(LONG_AGO_SECONDS, LONG_AGO_SECONDS);
    const lease = await inspecting(LONG_AGO_SECONDS, 60);
    const ticket = await inspecting(HOUR, LONG_AGO_SECONDS);
    expect((await sweep(fixture.deps)).expired).toBe(1);
    expect(await Promise.all([dead, lease, ticket].map(({ id }) => findState(id)))).toEqual([
      "expired",
      "inspecting",
      "inspecting",
    ]);
    expect((await fixture.room(ada)).openUploads).toBe(2);
  });

  test("leaves those that have ended as they are", async () => {
    const ada = await fixture.member();
    const ended = [];
    for (const each of ["completed", "refused", "aborted"] as const)
      ended.push(await fixture.upload({ ownerId: ada, state: each, expires: LONG_AGO_SECONDS }));
    expect((await sweep(fixture.deps)).expired).toBe(0);
    expect(await Promise.all(ended.map(({ id }) => findState(id)))).toEqual(["completed", "refused", "aborted"]);
  });

  test("passes over an upload that a completion is taking at this moment, which then keeps it", async () => {
    const ada = await fixture.member();
    const [taken, other] = [
      await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS }),
      await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS }),
    ];
    await fixture.db.$transaction(async (tx) => {
      const { count } = await tx.upload.updateMany({
        where: { id: taken.id, state: "issued" },
        data: { state: "inspecting", inspectingUntil: fixture.from(60) },
      });
      expect(count).toBe(1);
      expect((await sweep(fixture.deps)).expired).toBe(1);
    });
    expect([await findState(taken.id), await findState(other.id)]).toEqual(["inspecting", "expired"]);
    expect((await fixture.room(ada)).openUploads).toBe(1);
  });

  test("ends each upload once, whoever sweeps and asks for room at the same time", async () => {
    const people = await Promise.all([1, 2, 3, 4].map(() => fixture.member()));
    for (const ownerId of people)
      for (let index = 0; index < 300; index += 1) await fixture.upload({ ownerId, expires: LONG_AGO_SECONDS, size: 7 });
    const swept = await Promise.all([
      ...[1, 2, 3].map(() => sweep(fixture.deps)),
      ...people.map((ownerId) => expireMemberTickets(fixture.deps, ownerId).then(() => null)),
    ]);
    for (const ownerId of people)
      expect(await fixture.room(ownerId)).toEqual({ openUploads: 0, storedBytes: 0 });
    expect(await fixture.db.upload.count({ where: { state: "expired" } })).toBe(1200);
    expect(swept.reduce((sum, each) => sum + (each?.failed ?? 0), 0)).toBe(0);
    await sweep(fixture.deps);
    expect(await fixture.db.purge.count()).toBe(0);
  });

  test("forgets the parts that were announced", async () => {
    const ada = await fixture.member();
    const { id } = await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS, multipartId: "00000000" });
    await fixture.db.uploadPart.create({ data: { uploadId: id, number: 1, sha256: "x" } });
    await sweep(fixture.deps);
    expect(await fixture.db.uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("says what is due before it does it, and changes nothing by saying so", async () => {
    const ada = await fixture.member();
    const { id } = await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS });
    expect(await countPendingWork(fixture.deps)).toEqual({ uploads: 1, purges: 0, publications: 0 });
    expect(await findState(id)).toBe("issued");
  });
});

describe("a member's own tickets that ran out", () => {
  test("are ended without a grace, and their keys are cleared by the next work and once more when it is over", async () => {
    const ada = await fixture.member();
    const { key } = await fixture.upload({ ownerId: ada, expires: -1 });
    await fixture.put("private", key);
    await expireMemberTickets(fixture.deps, ada);
    await runFrequentWork(fixture.deps);
    expect(await fixture.keys("private", key)).toEqual([]);
    const [again, ...more] = await fixture.db.purge.findMany({ where: { prefix: key } });
    expect(more).toEqual([]);
    expect(again?.dueAt.getTime()).toBeGreaterThan(Date.now() + 3500_000);
  });
});

describe("parts that the store keeps", () => {
  test("go where no living upload speaks of them and they are older than any ticket", async () => {
    const ada = await fixture.member();
    const storage = fixture.storages.private;
    const begin = async () => {
      const upload = await fixture.upload({ ownerId: ada, expires: 20 * HOUR });
      return { ...upload, multipartId: await storage.createMultipartUpload(upload.key, { type: upload.type }) };
    };
    const [alive, other, unknown] = [await begin(), await begin(), await begin()];
    await fixture.db.upload.update({ where: { id: alive.id }, data: { multipartId: alive.multipartId } });
    await fixture.db.upload.update({ where: { id: other.id }, data: { multipartId: "another attempt" } });
    await fixture.db.upload.delete({ where: { id: unknown.id } });
    expect((await sweep(fixture.deps)).aborted).toBe(0);
    // Two days on; the tickets live on by the database's leave.
    const clock = { now: () => fixture.from(48 * HOUR) };
    await fixture.db.upload.updateMany({ data: { expiresAt: fixture.from(72 * HOUR) } });
    expect((await sweep({ ...fixture.deps, clock })).aborted).toBe(2);
    expect(await storage.listParts(alive.key, alive.multipartId)).toEqual([]);
    expect(await storage.listParts(other.key, other.multipartId)).toBeNull();
    expect(await storage.listParts(unknown.key, unknown.multipartId)).toBeNull();
  });

  test("that the store does not let go keep no others, and are told", async () => {
    const storage = fixture.storages.private;
    const later = { ...fixture.deps, clock: { now: () => fixture.from(48 * HOUR) } };
    await sweep(later);
    const begin = (key: string) => storage.createMultipartUpload(key, { type: "application/pdf" });
    const [stuck, other] = [await begin("quarantine/a"), await begin("quarantine/b")];
    const refusing = vi.spyOn(storage, "abortMultipartUpload").mockImplementation(function (this: Storage, key, id) {
      if (id === stuck) return Promise.reject(new Problem("unavailable", "The store refuses."));
      return Reflect.apply(Object.getPrototypeOf(storage).abortMultipartUpload, storage, [key, id]);
    });
    expect(await sweep(later)).toMatchObject({ aborted: 1, failed: 1 });
    refusing.mockRestore();
    expect(await storage.listParts("quarantine/b", other)).toBeNull();
    expect(await sweep(later)).toMatchObject({ aborted: 1, failed: 0 });
  });

  test("go with the upload that they belong to", async () => {
    const ada = await fixture.member();
    const { id, key, type } = await fixture.upload({ ownerId: ada, expires: LONG_AGO_SECONDS });
    const multipartId = await fixture.storages.private.createMultipartUpload(key, { type });
    await fixture.db.upload.update({ where: { id }, data: { multipartId, partSize: 100 } });
    expect(await sweep(fixture.deps)).toMatchObject({ expired: 1, destroyed: 1, failed: 0 });
    expect(await fixture.storages.private.listParts(key, multipartId)).toBeNull();
  });
});

test("what is due is found by an index, however many uploads there are", async () => {
  const ada = await fixture.member();
  await fixture.db.$executeRaw`
    INSERT INTO "Upload" (id, "ownerId", field, name, type, size, key, state, "expiresAt")
    SELECT gen_random_uuid(), ${ada}::uuid, 'contract', 'a', 'application/pdf', 1, 'quarantine/' || n, 'completed', now() - interval '3 hours'
    FROM generate_series(1, 20000) n`;
  await fixture.db.$executeRaw`
    INSERT INTO "Purge" (id, storage, prefix, "dueAt") SELECT gen_random_uuid(), 'private', 'files/' || n, now() + interval '3 hours'
    FROM generate_series(1, 20000) n`;
  await fixture.db.$executeRaw`
    INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status)
    SELECT gen_random_uuid(), ${ada}::uuid, 'contract', 'a', 'application/pdf', 1, 'x', 'files/' || n || '/', 'private', 'submitted'
    FROM generate_series(1, 20000) n`;
  await fixture.db.$executeRaw`ANALYZE "Upload", "Purge", "File"`;
  const plans = await explainPlans(() => sweep(fixture.deps));
  for (const column of ["expiresAt", "dueAt", "unsettledSince"])
    expect(plans.filter((plan) => new RegExp(`Index Cond: .*"${column}"`).test(plan)).length).toBeGreaterThan(
      0,
    );
  expect(plans.filter((plan) => /Seq Scan on "(Upload|Purge|File)"/.test(plan))).toEqual([]);
});

/** How the database carries out every statement that is sent outside transactions meanwhile. */
async function explainPlans(run: () => Promise<unknown>): Promise<string[]> {
  const { pool } = fixture.db;
  const sent: { text: string; values: unknown[] }[] = [];
  const spied = vi.spyOn(pool, "query").mockImplementation(function (this: typeof pool, ...given: unknown[]) {
    const [query] = given;
    if (typeof query === "object" && query !== null && "text" in query && "values" in query)
      sent.push({ text: String(query.text), values: Array.isArray(query.values) ? query.values : [] });
    return Reflect.apply(Object.getPrototypeOf(pool).query, pool, given);
  });
  await run();
  spied.mockRestore();
  const plans = [];
  for (const { text, values } of sent.filter(({ text }) => /^\s*(SELECT|WITH|UPDATE)/.test(text))) {
    const { rows } = await pool.query(`EXPLAIN ${text}`, values);
    plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
  }
  return plans;
}
