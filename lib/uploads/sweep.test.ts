import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import type { Storage } from "../storage/storage";
import { expireMemberTickets } from "./expire";
import { countPendingWork, runFrequentWork, sweep } from "./sweep";
import { createSweepFixture, type SweepFixture } from "./testing/sweep-fixture";

let fixture: SweepFixture;
const HOUR = 3600;
/** Seconds from now; past the ticket's end and the grace. */
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

describe("sweep", () => {
  test("expires abandoned uploads, releases their quota and deletes their bytes", async () => {
    const ada = await fixture.createMember();
    const bo = await fixture.createMember();
    const expired = [
      await fixture.createUpload({ ownerId: ada, expires: LONG_AGO_SECONDS, size: 700 }),
      await fixture.createUpload({ ownerId: ada, expires: LONG_AGO_SECONDS, size: 30 }),
      await fixture.createUpload({ ownerId: bo, expires: LONG_AGO_SECONDS, size: 5 }),
    ];
    const open = await fixture.createUpload({ ownerId: ada, size: 11 });
    await fixture.putObjects("private", ...expired.map(({ key }) => key), open.key);
    const result = await sweep(fixture.context);
    expect(result).toEqual({
      expired: 3,
      destroyed: 3,
      settled: 0,
      aborted: 0,
      heads: 0,
      failed: 0,
      left: { uploads: 0, purges: 0, publications: 0 },
    });
    expect(await Promise.all(expired.map(({ id }) => findState(id)))).toEqual([
      "expired",
      "expired",
      "expired",
    ]);
    expect(await findState(open.id)).toBe("issued");
    expect(await fixture.findQuota(ada)).toEqual({ openUploads: 1, storedBytes: 11 });
    expect(await fixture.findQuota(bo)).toEqual({ openUploads: 0, storedBytes: 0 });
    expect(await fixture.listKeys("private", "quarantine/")).toEqual([open.key]);
  });

  test("keeps an expired ticket during the grace", async () => {
    const ada = await fixture.createMember();
    const ended = await fixture.createUpload({ ownerId: ada, expires: -HOUR + 60 });
    expect((await sweep(fixture.context)).expired).toBe(0);
    expect(await findState(ended.id)).toBe("issued");
  });

  test("expires a dead inspection, but keeps valid tickets and leases", async () => {
    const ada = await fixture.createMember();
    const inspecting = (expires: number, inspectingUntil: number) =>
      fixture.createUpload({ ownerId: ada, state: "inspecting", expires, inspectingUntil });
    const dead = await inspecting(LONG_AGO_SECONDS, LONG_AGO_SECONDS);
    const lease = await inspecting(LONG_AGO_SECONDS, 60);
    const ticket = await inspecting(HOUR, LONG_AGO_SECONDS);
    expect((await sweep(fixture.context)).expired).toBe(1);
    expect(await Promise.all([dead, lease, ticket].map(({ id }) => findState(id)))).toEqual([
      "expired",
      "inspecting",
      "inspecting",
    ]);
    expect((await fixture.findQuota(ada)).openUploads).toBe(2);
  });

  test("keeps completed, refused and aborted uploads", async () => {
    const ada = await fixture.createMember();
    const ended = [];
    for (const state of ["completed", "refused", "aborted"] as const)
      ended.push(await fixture.createUpload({ ownerId: ada, state, expires: LONG_AGO_SECONDS }));
    expect((await sweep(fixture.context)).expired).toBe(0);
    expect(await Promise.all(ended.map(({ id }) => findState(id)))).toEqual([
      "completed",
      "refused",
      "aborted",
    ]);
  });

  test("skips an upload whose inspection starts at the same time", async () => {
    const ada = await fixture.createMember();
    const [taken, other] = [
      await fixture.createUpload({ ownerId: ada, expires: LONG_AGO_SECONDS }),
      await fixture.createUpload({ ownerId: ada, expires: LONG_AGO_SECONDS }),
    ];
    await fixture.db.$transaction(async (tx) => {
      const { count } = await tx.upload.updateMany({
        where: { id: taken.id, state: "issued" },
        data: { state: "inspecting", inspectingUntil: fixture.dateFromNow(60) },
      });
      expect(count).toBe(1);
      expect((await sweep(fixture.context)).expired).toBe(1);
    });
    expect([await findState(taken.id), await findState(other.id)]).toEqual(["inspecting", "expired"]);
    expect((await fixture.findQuota(ada)).openUploads).toBe(1);
  });

  test("expires each upload once while sweeps and tickets run concurrently", async () => {
    const members = await Promise.all([1, 2, 3, 4].map(() => fixture.createMember()));
    for (const ownerId of members)
      for (let index = 0; index < 300; index += 1)
        await fixture.createUpload({ ownerId, expires: LONG_AGO_SECONDS, size: 7 });
    const result = await Promise.all([
      ...[1, 2, 3].map(() => sweep(fixture.context)),
      ...members.map((ownerId) => expireMemberTickets(fixture.context, ownerId).then(() => null)),
    ]);
    for (const ownerId of members)
      expect(await fixture.findQuota(ownerId)).toEqual({ openUploads: 0, storedBytes: 0 });
    expect(await fixture.db.upload.count({ where: { state: "expired" } })).toBe(1200);
    expect(result.reduce((sum, swept) => sum + (swept?.failed ?? 0), 0)).toBe(0);
    await sweep(fixture.context);
    expect(await fixture.db.purge.count()).toBe(0);
  });

  test("deletes the declared parts of an expired upload", async () => {
    const ada = await fixture.createMember();
    const { id } = await fixture.createUpload({
      ownerId: ada,
      expires: LONG_AGO_SECONDS,
      multipartId: "00000000",
    });
    await fixture.db.uploadPart.create({ data: { uploadId: id, number: 1, sha256: "x" } });
    await sweep(fixture.context);
    expect(await fixture.db.uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("countPendingWork counts due work and changes nothing", async () => {
    const ada = await fixture.createMember();
    const { id } = await fixture.createUpload({ ownerId: ada, expires: LONG_AGO_SECONDS });
    expect(await countPendingWork(fixture.context)).toEqual({ uploads: 1, purges: 0, publications: 0 });
    expect(await findState(id)).toBe("issued");
  });
});

describe("expireMemberTickets", () => {
  test("expires tickets without a grace and schedules two purges per key", async () => {
    const ada = await fixture.createMember();
    const { key } = await fixture.createUpload({ ownerId: ada, expires: -1 });
    await fixture.putObjects("private", key);
    await expireMemberTickets(fixture.context, ada);
    await runFrequentWork(fixture.context);
    expect(await fixture.listKeys("private", key)).toEqual([]);
    const [laterPurge, ...others] = await fixture.db.purge.findMany({ where: { prefix: key } });
    expect(others).toEqual([]);
    expect(laterPurge?.dueAt.getTime()).toBeGreaterThan(Date.now() + 3500_000);
  });
});

describe("sweep of multipart uploads", () => {
  test("aborts multipart uploads that no open upload names, after every ticket", async () => {
    const ada = await fixture.createMember();
    const storage = fixture.storages.private;
    const begin = async () => {
      const upload = await fixture.createUpload({ ownerId: ada, expires: 20 * HOUR });
      return {
        ...upload,
        multipartId: await storage.createMultipartUpload(upload.key, { type: upload.type }),
      };
    };
    const [open, other, unknown] = [await begin(), await begin(), await begin()];
    await fixture.db.upload.update({ where: { id: open.id }, data: { multipartId: open.multipartId } });
    await fixture.db.upload.update({
      where: { id: other.id },
      data: { multipartId: "another multipart upload" },
    });
    await fixture.db.upload.delete({ where: { id: unknown.id } });
    expect((await sweep(fixture.context)).aborted).toBe(0);
    // Two days later; the update keeps the tickets open.
    const clock = { now: () => fixture.dateFromNow(48 * HOUR) };
    await fixture.db.upload.updateMany({ data: { expiresAt: fixture.dateFromNow(72 * HOUR) } });
    expect((await sweep({ ...fixture.context, clock })).aborted).toBe(2);
    expect(await storage.listParts(open.key, open.multipartId)).toEqual([]);
    expect(await storage.listParts(other.key, other.multipartId)).toBeNull();
    expect(await storage.listParts(unknown.key, unknown.multipartId)).toBeNull();
  });

  test("one failed abort does not stop the others and is counted", async () => {
    const storage = fixture.storages.private;
    const later = { ...fixture.context, clock: { now: () => fixture.dateFromNow(48 * HOUR) } };
    await sweep(later);
    const begin = (key: string) => storage.createMultipartUpload(key, { type: "application/pdf" });
    const [stuck, other] = [await begin("quarantine/a"), await begin("quarantine/b")];
    const abort = vi.spyOn(storage, "abortMultipartUpload").mockImplementation(function (
      this: Storage,
      key,
      id,
    ) {
      if (id === stuck) return Promise.reject(new Problem("unavailable", "The store rejects it."));
      return Reflect.apply(Object.getPrototypeOf(storage).abortMultipartUpload, storage, [key, id]);
    });
    expect(await sweep(later)).toMatchObject({ aborted: 1, failed: 1 });
    abort.mockRestore();
    expect(await storage.listParts("quarantine/b", other)).toBeNull();
    expect(await sweep(later)).toMatchObject({ aborted: 1, failed: 0 });
  });

  test("aborts the multipart upload of an expired upload", async () => {
    const ada = await fixture.createMember();
    const { id, key, type } = await fixture.createUpload({ ownerId: ada, expires: LONG_AGO_SECONDS });
    const multipartId = await fixture.storages.private.createMultipartUpload(key, { type });
    await fixture.db.upload.update({ where: { id }, data: { multipartId, partSize: 100 } });
    expect(await sweep(fixture.context)).toMatchObject({ expired: 1, destroyed: 1, failed: 0 });
    expect(await fixture.storages.private.listParts(key, multipartId)).toBeNull();
  });
});

test("sweep finds due work by index among many rows", async () => {
  const ada = await fixture.createMember();
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
  const plans = await explainPlans(() => sweep(fixture.context));
  for (const column of ["expiresAt", "dueAt", "unsettledSince"])
    expect(plans.filter((plan) => new RegExp(`Index Cond: .*"${column}"`).test(plan)).length).toBeGreaterThan(
      0,
    );
  expect(plans.filter((plan) => /Seq Scan on "(Upload|Purge|File)"/.test(plan))).toEqual([]);
});

/** Returns the query plan of every statement that `run` sends outside transactions. */
async function explainPlans(run: () => Promise<unknown>): Promise<string[]> {
  const { pool } = fixture.db;
  const sent: { text: string; values: unknown[] }[] = [];
  const spy = vi.spyOn(pool, "query").mockImplementation(function (this: typeof pool, ...args: unknown[]) {
    const [query] = args;
    if (typeof query === "object" && query !== null && "text" in query && "values" in query)
      sent.push({ text: String(query.text), values: Array.isArray(query.values) ? query.values : [] });
    return Reflect.apply(Object.getPrototypeOf(pool).query, pool, args);
  });
  await run();
  spy.mockRestore();
  const plans = [];
  for (const { text, values } of sent.filter(({ text }) => /^\s*(SELECT|WITH|UPDATE)/.test(text))) {
    const { rows } = await pool.query(`EXPLAIN ${text}`, values);
    plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
  }
  return plans;
}
