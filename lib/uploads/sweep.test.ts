import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import type { Storage } from "../storage/storage";
import { expireTickets } from "./expire";
import { due, sweep, work } from "./sweep";
import { type TestYard, testYard } from "./testing/yard";

let yard: TestYard;
const HOUR = 3600;
/** Beyond a ticket's end and the grace. */
const LONG_AGO = -2 * HOUR;

beforeAll(async () => {
  yard = await testYard();
});
afterEach(async () => {
  await yard.db.upload.deleteMany();
  await yard.db.purge.deleteMany();
});
afterAll(() => yard.drop());

const state = async (id: string) => (await yard.db.upload.findUniqueOrThrow({ where: { id } })).state;

describe("a sweep of uploads", () => {
  test("ends what was abandoned longer ago than the grace, gives the room back and destroys what arrived", async () => {
    const ada = await yard.member();
    const bo = await yard.member();
    const old = [
      await yard.upload({ ownerId: ada, expires: LONG_AGO, size: 700 }),
      await yard.upload({ ownerId: ada, expires: LONG_AGO, size: 30 }),
      await yard.upload({ ownerId: bo, expires: LONG_AGO, size: 5 }),
    ];
    const alive = await yard.upload({ ownerId: ada, size: 11 });
    await yard.put("private", ...old.map(({ key }) => key), alive.key);
    const swept = await sweep(yard.deps);
    expect(swept).toEqual({
      expired: 3,
      destroyed: 3,
      settled: 0,
      aborted: 0,
      failed: 0,
      left: { uploads: 0, purges: 0, publications: 0 },
    });
    expect(await Promise.all(old.map(({ id }) => state(id)))).toEqual(["expired", "expired", "expired"]);
    expect(await state(alive.id)).toBe("issued");
    expect(await yard.room(ada)).toEqual({ openUploads: 1, storedBytes: 11 });
    expect(await yard.room(bo)).toEqual({ openUploads: 0, storedBytes: 0 });
    expect(await yard.keys("private", "quarantine/")).toEqual([alive.key]);
  });

  test("leaves a ticket alone whose grace is not over", async () => {
    const ada = await yard.member();
    const ended = await yard.upload({ ownerId: ada, expires: -HOUR + 60 });
    expect((await sweep(yard.deps)).expired).toBe(0);
    expect(await state(ended.id)).toBe("issued");
  });

  test("ends a completion that died, and none whose ticket or lease may still live", async () => {
    const ada = await yard.member();
    const inspecting = (expires: number, inspectingUntil: number) =>
      yard.upload({ ownerId: ada, state: "inspecting", expires, inspectingUntil });
    const dead = await inspecting(LONG_AGO, LONG_AGO);
    const lease = await inspecting(LONG_AGO, 60);
    const ticket = await inspecting(HOUR, LONG_AGO);
    expect((await sweep(yard.deps)).expired).toBe(1);
    expect(await Promise.all([dead, lease, ticket].map(({ id }) => state(id)))).toEqual([
      "expired",
      "inspecting",
      "inspecting",
    ]);
    expect((await yard.room(ada)).openUploads).toBe(2);
  });

  test("leaves those that have ended as they are", async () => {
    const ada = await yard.member();
    const ended = [];
    for (const each of ["completed", "refused", "aborted"] as const)
      ended.push(await yard.upload({ ownerId: ada, state: each, expires: LONG_AGO }));
    expect((await sweep(yard.deps)).expired).toBe(0);
    expect(await Promise.all(ended.map(({ id }) => state(id)))).toEqual(["completed", "refused", "aborted"]);
  });

  test("passes over an upload that a completion is taking at this moment, which then keeps it", async () => {
    const ada = await yard.member();
    const [taken, other] = [
      await yard.upload({ ownerId: ada, expires: LONG_AGO }),
      await yard.upload({ ownerId: ada, expires: LONG_AGO }),
    ];
    await yard.db.$transaction(async (tx) => {
      const { count } = await tx.upload.updateMany({
        where: { id: taken.id, state: "issued" },
        data: { state: "inspecting", inspectingUntil: yard.from(60) },
      });
      expect(count).toBe(1);
      expect((await sweep(yard.deps)).expired).toBe(1);
    });
    expect([await state(taken.id), await state(other.id)]).toEqual(["inspecting", "expired"]);
    expect((await yard.room(ada)).openUploads).toBe(1);
  });

  test("ends each upload once, whoever sweeps and asks for room at the same time", async () => {
    const people = await Promise.all([1, 2, 3, 4].map(() => yard.member()));
    for (const ownerId of people)
      for (let index = 0; index < 300; index += 1) await yard.upload({ ownerId, expires: LONG_AGO, size: 7 });
    const swept = await Promise.all([
      ...[1, 2, 3].map(() => sweep(yard.deps)),
      ...people.map((ownerId) => expireTickets(yard.deps, ownerId).then(() => null)),
    ]);
    for (const ownerId of people)
      expect(await yard.room(ownerId)).toEqual({ openUploads: 0, storedBytes: 0 });
    expect(await yard.db.upload.count({ where: { state: "expired" } })).toBe(1200);
    expect(swept.reduce((sum, each) => sum + (each?.failed ?? 0), 0)).toBe(0);
    await sweep(yard.deps);
    expect(await yard.db.purge.count()).toBe(0);
  });

  test("forgets the parts that were announced", async () => {
    const ada = await yard.member();
    const { id } = await yard.upload({ ownerId: ada, expires: LONG_AGO, multipartId: "00000000" });
    await yard.db.uploadPart.create({ data: { uploadId: id, number: 1, sha256: "x" } });
    await sweep(yard.deps);
    expect(await yard.db.uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("says what is due before it does it, and changes nothing by saying so", async () => {
    const ada = await yard.member();
    const { id } = await yard.upload({ ownerId: ada, expires: LONG_AGO });
    expect(await due(yard.deps)).toEqual({ uploads: 1, purges: 0, publications: 0 });
    expect(await state(id)).toBe("issued");
  });
});

describe("a member's own tickets that ran out", () => {
  test("are ended without a grace, and their keys are cleared by the next work and once more when it is over", async () => {
    const ada = await yard.member();
    const { key } = await yard.upload({ ownerId: ada, expires: -1 });
    await yard.put("private", key);
    await expireTickets(yard.deps, ada);
    await work(yard.deps);
    expect(await yard.keys("private", key)).toEqual([]);
    const [again, ...more] = await yard.db.purge.findMany({ where: { prefix: key } });
    expect(more).toEqual([]);
    expect(again?.dueAt.getTime()).toBeGreaterThan(Date.now() + 3500_000);
  });
});

describe("parts that the store keeps", () => {
  test("go where no living upload speaks of them and they are older than any ticket", async () => {
    const ada = await yard.member();
    const storage = yard.storages.private;
    const begin = async () => {
      const upload = await yard.upload({ ownerId: ada, expires: 20 * HOUR });
      return { ...upload, multipartId: await storage.beginParts(upload.key, { type: upload.type }) };
    };
    const [alive, other, unknown] = [await begin(), await begin(), await begin()];
    await yard.db.upload.update({ where: { id: alive.id }, data: { multipartId: alive.multipartId } });
    await yard.db.upload.update({ where: { id: other.id }, data: { multipartId: "another attempt" } });
    await yard.db.upload.delete({ where: { id: unknown.id } });
    expect((await sweep(yard.deps)).aborted).toBe(0);
    // Two days on; the tickets live on by the database's leave.
    const clock = { now: () => yard.from(48 * HOUR) };
    await yard.db.upload.updateMany({ data: { expiresAt: yard.from(72 * HOUR) } });
    expect((await sweep({ ...yard.deps, clock })).aborted).toBe(2);
    expect(await storage.listParts(alive.key, alive.multipartId)).toEqual([]);
    expect(await storage.listParts(other.key, other.multipartId)).toBeNull();
    expect(await storage.listParts(unknown.key, unknown.multipartId)).toBeNull();
  });

  test("that the store does not let go keep no others, and are told", async () => {
    const storage = yard.storages.private;
    const later = { ...yard.deps, clock: { now: () => yard.from(48 * HOUR) } };
    await sweep(later);
    const begin = (key: string) => storage.beginParts(key, { type: "application/pdf" });
    const [stuck, other] = [await begin("quarantine/a"), await begin("quarantine/b")];
    const refusing = vi.spyOn(storage, "abortParts").mockImplementation(function (this: Storage, key, id) {
      if (id === stuck) return Promise.reject(new Problem("unavailable", "The store refuses."));
      return Reflect.apply(Object.getPrototypeOf(storage).abortParts, storage, [key, id]);
    });
    expect(await sweep(later)).toMatchObject({ aborted: 1, failed: 1 });
    refusing.mockRestore();
    expect(await storage.listParts("quarantine/b", other)).toBeNull();
    expect(await sweep(later)).toMatchObject({ aborted: 1, failed: 0 });
  });

  test("go with the upload that they belong to", async () => {
    const ada = await yard.member();
    const { id, key, type } = await yard.upload({ ownerId: ada, expires: LONG_AGO });
    const multipartId = await yard.storages.private.beginParts(key, { type });
    await yard.db.upload.update({ where: { id }, data: { multipartId, partSize: 100 } });
    expect(await sweep(yard.deps)).toMatchObject({ expired: 1, destroyed: 1, failed: 0 });
    expect(await yard.storages.private.listParts(key, multipartId)).toBeNull();
  });
});

test("what is due is found by an index, however many uploads there are", async () => {
  const ada = await yard.member();
  await yard.db.$executeRaw`
    INSERT INTO "Upload" (id, "ownerId", field, name, type, size, key, state, "expiresAt")
    SELECT gen_random_uuid(), ${ada}::uuid, 'contract', 'a', 'application/pdf', 1, 'quarantine/' || n, 'completed', now() - interval '3 hours'
    FROM generate_series(1, 20000) n`;
  await yard.db.$executeRaw`
    INSERT INTO "Purge" (id, storage, prefix, "dueAt") SELECT gen_random_uuid(), 'private', 'files/' || n, now() + interval '3 hours'
    FROM generate_series(1, 20000) n`;
  await yard.db.$executeRaw`
    INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status)
    SELECT gen_random_uuid(), ${ada}::uuid, 'contract', 'a', 'application/pdf', 1, 'x', 'files/' || n || '/', 'private', 'submitted'
    FROM generate_series(1, 20000) n`;
  await yard.db.$executeRaw`ANALYZE "Upload", "Purge", "File"`;
  const plans = await plansOf(() => sweep(yard.deps));
  for (const column of ["expiresAt", "dueAt", "unsettledSince"])
    expect(plans.filter((plan) => new RegExp(`Index Cond: .*"${column}"`).test(plan)).length).toBeGreaterThan(
      0,
    );
  expect(plans.filter((plan) => /Seq Scan on "(Upload|Purge|File)"/.test(plan))).toEqual([]);
});

/** How the database carries out every statement that is sent outside transactions meanwhile. */
async function plansOf(run: () => Promise<unknown>): Promise<string[]> {
  const { pool } = yard.db;
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
