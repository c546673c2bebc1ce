import { describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import { verifyTrail } from "../audit/trail";
import { executeDuePurges } from "./due-purges";
import { executePurges, tryExecutePurges, discardPending, cancelPurge } from "./purge";
import { usePurgeFixture } from "./testing/purge-fixture";

const fixture = usePurgeFixture();

describe("a purge", () => {
  test("takes all below a prefix or one key, and none of its neighbours", async () => {
    const name = randomName();
    await fixture.yard.put("private", `files/${name}/a`, `files/${name}/b/c`, `files/${name}0/a`);
    await fixture.yard.put("private", `quarantine/${name}`, `quarantine/${name}0`);
    const ids = await fixture.write([
      { storage: "private", prefix: `files/${name}/` },
      { storage: "private", prefix: `quarantine/${name}` },
    ]);
    await executePurges(fixture.deps, ids);
    expect(await fixture.yard.keys("private", `files/${name}`)).toEqual([`files/${name}0/a`]);
    expect(await fixture.yard.keys("private", `quarantine/${name}`)).toEqual([`quarantine/${name}0`]);
    expect(await fixture.rows()).toEqual([]);
  });

  test("of a folder with more objects than one call takes leaves none", async () => {
    const prefix = `files/${randomName()}/`;
    const there = new Set(Array.from({ length: 2103 }, (_, index) => `${prefix}${index}`));
    const calls: number[] = [];
    const crowded = fixture.withPrivate({
      list: async function* () {
        for (const key of [...there]) yield { key, size: 1, modifiedAt: new Date() };
      },
      removeMany: async (keys) => {
        calls.push(keys.length);
        for (const key of keys) there.delete(key);
      },
    });
    await executePurges(crowded, await fixture.write([{ storage: "private", prefix, fileId: newId() }]));
    expect([there.size, calls]).toEqual([0, [1000, 1000, 103]]);
    expect((await fixture.receipts())[0]?.detail).toMatchObject({ objects: 2103 });
  });

  test("of a file leaves a receipt that speaks of it by id alone, and goes together with its row", async () => {
    const doomed = await fixture.folder(3);
    const nobodys = { storage: "private" as const, prefix: `quarantine/${randomName()}` };
    await executePurges(fixture.deps, await fixture.write([doomed, nobodys]));
    const [receipt, ...more] = await fixture.receipts();
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({
      event: "bytes.destroyed",
      byId: null,
      subjectId: doomed.fileId,
      detail: { storage: "private", reason: "withdrawn", objects: 3 },
    });
    expect(await verifyTrail(fixture.deps)).toMatchObject({ entries: 1, broken: null });
  });

  test("of bytes that were lost before leaves a receipt as well, unless they never belonged to the file", async () => {
    const [gone, unused] = [await fixture.folder(0), { ...(await fixture.folder(0)), reason: "unused" as const }];
    await executePurges(fixture.deps, await fixture.write([gone, unused]));
    expect((await fixture.receipts()).map(({ subjectId, detail }) => [subjectId, detail])).toEqual([
      [gone.fileId, { storage: "private", reason: "withdrawn", objects: 0 }],
    ]);
  });

  test("stays, and no receipt is written, where the trail cannot be", async () => {
    const ids = await fixture.write([await fixture.folder(1)]);
    await fixture.yard.db.$executeRaw`ALTER TABLE "Trail" RENAME TO "TrailAway"`;
    await tryExecutePurges(fixture.deps, ids);
    await fixture.yard.db.$executeRaw`ALTER TABLE "TrailAway" RENAME TO "Trail"`;
    expect(await fixture.rows()).toHaveLength(1);
    await executePurges(fixture.deps, ids);
    expect([await fixture.rows(), (await fixture.receipts()).length]).toEqual([[], 1]);
  });

  test("that ended between the objects and the row is finished later, with the number that there were", async () => {
    const doomed = await fixture.folder(4);
    const ids = await fixture.write([doomed]);
    const killed = async () => {
      throw new Error("killed");
    };
    await expect(executePurges({ ...fixture.deps, onCrashPoint: killed }, ids)).rejects.toThrow("killed");
    expect(await fixture.yard.keys("private", doomed.prefix)).toEqual([]);
    expect((await fixture.rows()).length).toBe(1);
    expect(await executeDuePurges(fixture.later(60))).toEqual({ destroyed: 1, failed: 0 });
    expect((await fixture.receipts()).map(({ detail }) => detail)).toEqual([
      { storage: "private", reason: "withdrawn", objects: 4 },
    ]);
  });
});

describe("bytes that are doomed ahead", () => {
  test("cannot be adopted once a sweep has begun with them, by whatever clock", async () => {
    const [id = ""] = await fixture.write([await fixture.folder(1)], 60);
    // The sweep's machine is ahead of time.
    await executeDuePurges({ ...fixture.later(120), onCrashPoint: () => Promise.reject(new Error("killed")) });
    expect(await fixture.rows()).toHaveLength(1);
    await expect(fixture.yard.db.$transaction((tx) => cancelPurge(tx, fixture.deps, [id]))).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("are passed over by a sweep while a commit is adopting them, and are there after it", async () => {
    const doomed = await fixture.folder(2);
    const ids = await fixture.write([doomed]);
    await fixture.yard.db.$transaction(async (tx) => {
      await cancelPurge(tx, fixture.later(-1), ids);
      expect(await executeDuePurges(fixture.deps)).toEqual({ destroyed: 0, failed: 0 });
    });
    expect(await fixture.yard.keys("private", doomed.prefix)).toHaveLength(2);
    expect(await fixture.rows()).toEqual([]);
  });

  test("are doomed anew by whoever writes them after somebody whose clock runs ahead has carried them out", async () => {
    const doomed = [await fixture.folder(1)];
    const dooms = await fixture.write(doomed, 60);
    await executeDuePurges(fixture.later(120));
    await fixture.yard.put("private", `${doomed[0]?.prefix}late`);
    const tooLate = await fixture.yard.db
      .$transaction((tx) => cancelPurge(tx, fixture.deps, dooms))
      .catch((thrown) => thrown);
    await discardPending(fixture.deps, { purgeTargets: doomed, purgeIds: dooms }, tooLate);
    expect(await fixture.yard.keys("private", doomed[0]?.prefix ?? "")).toEqual([]);
    expect(await fixture.rows()).toEqual([]);
  });

  test("stay where a commit has adopted them and only its answer was lost", async () => {
    const doomed = [await fixture.folder(2)];
    const dooms = await fixture.write(doomed, 60);
    await fixture.yard.db.$transaction((tx) => cancelPurge(tx, fixture.deps, dooms));
    await discardPending(fixture.deps, { purgeTargets: doomed, purgeIds: dooms }, new Error("The connection broke."));
    expect(await fixture.yard.keys("private", doomed[0]?.prefix ?? "")).toHaveLength(2);
    expect(await fixture.rows()).toEqual([]);
  });

  test("are waited for by whoever gives up without knowing how the commit ended", async () => {
    const doomed = await fixture.folder(2);
    const ids = await fixture.write([doomed], 60);
    let givenUp: Promise<void> | undefined;
    await fixture.yard.db.$transaction(async (tx) => {
      await cancelPurge(tx, fixture.deps, ids);
      givenUp = executePurges(fixture.deps, ids);
      // It has reached the database before this transaction ends.
      await vi.waitFor(async () => {
        const waiting = await fixture.yard.db.$queryRaw<unknown[]>`
          SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect(waiting).toHaveLength(1);
      });
    });
    await givenUp;
    expect(await fixture.yard.keys("private", doomed.prefix)).toHaveLength(2);
  });

  test("keep their day, however often a sweep has tried", async () => {
    await fixture.write([await fixture.folder(1)]);
    const [{ dueAt } = { dueAt: null }] = await fixture.rows();
    const failing = fixture.withPrivate({ removeMany: () => Promise.reject(new Problem("unavailable", "Away.")) });
    for (const seconds of [0, 200, 2000]) await executeDuePurges({ ...failing, clock: fixture.later(seconds).clock });
    expect(await fixture.rows()).toMatchObject([{ dueAt, tries: 3 }]);
  });
});
