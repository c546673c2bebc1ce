import { describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import { verify } from "../register/trail";
import { drainPurges } from "./due-purges";
import { carryOut, carryOutSoon, giveUp, spare } from "./purge";
import { purgeYard } from "./testing/purge-yard";

const at = purgeYard();

describe("a purge", () => {
  test("takes all below a prefix or one key, and none of its neighbours", async () => {
    const name = randomName();
    await at.yard.put("private", `files/${name}/a`, `files/${name}/b/c`, `files/${name}0/a`);
    await at.yard.put("private", `quarantine/${name}`, `quarantine/${name}0`);
    const ids = await at.write([
      { storage: "private", prefix: `files/${name}/` },
      { storage: "private", prefix: `quarantine/${name}` },
    ]);
    await carryOut(at.deps, ids);
    expect(await at.yard.keys("private", `files/${name}`)).toEqual([`files/${name}0/a`]);
    expect(await at.yard.keys("private", `quarantine/${name}`)).toEqual([`quarantine/${name}0`]);
    expect(await at.rows()).toEqual([]);
  });

  test("of a folder with more objects than one call takes leaves none", async () => {
    const prefix = `files/${randomName()}/`;
    const there = new Set(Array.from({ length: 2103 }, (_, index) => `${prefix}${index}`));
    const calls: number[] = [];
    const crowded = at.withPrivate({
      list: async function* () {
        for (const key of [...there]) yield { key, size: 1, modifiedAt: new Date() };
      },
      removeAll: async (keys) => {
        calls.push(keys.length);
        for (const key of keys) there.delete(key);
      },
    });
    await carryOut(crowded, await at.write([{ storage: "private", prefix, fileId: newId() }]));
    expect([there.size, calls]).toEqual([0, [1000, 1000, 103]]);
    expect((await at.receipts())[0]?.detail).toMatchObject({ objects: 2103 });
  });

  test("of a file leaves a receipt that speaks of it by id alone, and goes together with its row", async () => {
    const doomed = await at.folder(3);
    const nobodys = { storage: "private" as const, prefix: `quarantine/${randomName()}` };
    await carryOut(at.deps, await at.write([doomed, nobodys]));
    const [receipt, ...more] = await at.receipts();
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({
      event: "bytes.destroyed",
      byId: null,
      subjectId: doomed.fileId,
      detail: { storage: "private", reason: "withdrawn", objects: 3 },
    });
    expect(await verify(at.deps)).toMatchObject({ entries: 1, broken: null });
  });

  test("of bytes that were lost before leaves a receipt as well, unless they never belonged to the file", async () => {
    const [gone, unused] = [await at.folder(0), { ...(await at.folder(0)), reason: "unused" as const }];
    await carryOut(at.deps, await at.write([gone, unused]));
    expect((await at.receipts()).map(({ subjectId, detail }) => [subjectId, detail])).toEqual([
      [gone.fileId, { storage: "private", reason: "withdrawn", objects: 0 }],
    ]);
  });

  test("stays, and no receipt is written, where the trail cannot be", async () => {
    const ids = await at.write([await at.folder(1)]);
    await at.yard.db.$executeRaw`ALTER TABLE "Trail" RENAME TO "TrailAway"`;
    await carryOutSoon(at.deps, ids);
    await at.yard.db.$executeRaw`ALTER TABLE "TrailAway" RENAME TO "Trail"`;
    expect(await at.rows()).toHaveLength(1);
    await carryOut(at.deps, ids);
    expect([await at.rows(), (await at.receipts()).length]).toEqual([[], 1]);
  });

  test("that ended between the objects and the row is finished later, with the number that there were", async () => {
    const doomed = await at.folder(4);
    const ids = await at.write([doomed]);
    const killed = async () => {
      throw new Error("killed");
    };
    await expect(carryOut({ ...at.deps, reached: killed }, ids)).rejects.toThrow("killed");
    expect(await at.yard.keys("private", doomed.prefix)).toEqual([]);
    expect((await at.rows()).length).toBe(1);
    expect(await drainPurges(at.later(60))).toEqual({ destroyed: 1, failed: 0 });
    expect((await at.receipts()).map(({ detail }) => detail)).toEqual([
      { storage: "private", reason: "withdrawn", objects: 4 },
    ]);
  });
});

describe("bytes that are doomed ahead", () => {
  test("cannot be adopted once a sweep has begun with them, by whatever clock", async () => {
    const [id = ""] = await at.write([await at.folder(1)], 60);
    // The sweep's machine is ahead of time.
    await drainPurges({ ...at.later(120), reached: () => Promise.reject(new Error("killed")) });
    expect(await at.rows()).toHaveLength(1);
    await expect(at.yard.db.$transaction((tx) => spare(tx, at.deps, [id]))).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("are passed over by a sweep while a commit is adopting them, and are there after it", async () => {
    const doomed = await at.folder(2);
    const ids = await at.write([doomed]);
    await at.yard.db.$transaction(async (tx) => {
      await spare(tx, at.later(-1), ids);
      expect(await drainPurges(at.deps)).toEqual({ destroyed: 0, failed: 0 });
    });
    expect(await at.yard.keys("private", doomed.prefix)).toHaveLength(2);
    expect(await at.rows()).toEqual([]);
  });

  test("are doomed anew by whoever writes them after somebody whose clock runs ahead has carried them out", async () => {
    const doomed = [await at.folder(1)];
    const dooms = await at.write(doomed, 60);
    await drainPurges(at.later(120));
    await at.yard.put("private", `${doomed[0]?.prefix}late`);
    const tooLate = await at.yard.db
      .$transaction((tx) => spare(tx, at.deps, dooms))
      .catch((thrown) => thrown);
    await giveUp(at.deps, { doomed, dooms }, tooLate);
    expect(await at.yard.keys("private", doomed[0]?.prefix ?? "")).toEqual([]);
    expect(await at.rows()).toEqual([]);
  });

  test("stay where a commit has adopted them and only its answer was lost", async () => {
    const doomed = [await at.folder(2)];
    const dooms = await at.write(doomed, 60);
    await at.yard.db.$transaction((tx) => spare(tx, at.deps, dooms));
    await giveUp(at.deps, { doomed, dooms }, new Error("The connection broke."));
    expect(await at.yard.keys("private", doomed[0]?.prefix ?? "")).toHaveLength(2);
    expect(await at.rows()).toEqual([]);
  });

  test("are waited for by whoever gives up without knowing how the commit ended", async () => {
    const doomed = await at.folder(2);
    const ids = await at.write([doomed], 60);
    let givenUp: Promise<void> | undefined;
    await at.yard.db.$transaction(async (tx) => {
      await spare(tx, at.deps, ids);
      givenUp = carryOut(at.deps, ids);
      // It has reached the database before this transaction ends.
      await vi.waitFor(async () => {
        const waiting = await at.yard.db.$queryRaw<unknown[]>`
          SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect(waiting).toHaveLength(1);
      });
    });
    await givenUp;
    expect(await at.yard.keys("private", doomed.prefix)).toHaveLength(2);
  });

  test("keep their day, however often a sweep has tried", async () => {
    await at.write([await at.folder(1)]);
    const [{ dueAt } = { dueAt: null }] = await at.rows();
    const failing = at.withPrivate({ removeAll: () => Promise.reject(new Problem("unavailable", "Away.")) });
    for (const seconds of [0, 200, 2000]) await drainPurges({ ...failing, clock: at.later(seconds).clock });
    expect(await at.rows()).toMatchObject([{ dueAt, tries: 3 }]);
  });
});
