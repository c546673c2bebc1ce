import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Caches } from "../caches";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import { heardLog } from "../log/testing/heard-log";
import { verify } from "../register/trail";
import type { Storage } from "../storage/storage";
import { type TestYard, testYard } from "../uploads/testing/yard";
import { drainPurges } from "./due-purges";
import { carryOut, carryOutSoon, type Doomed, doom, giveUp, spare } from "./purge";

let yard: TestYard;
let deps: Deps;

beforeAll(async () => {
  yard = await testYard();
});
beforeEach(async () => {
  deps = yard.deps;
  await yard.db.purge.deleteMany();
  await yard.db.trail.deleteMany();
});
afterAll(() => yard.drop());

const write = (doomed: readonly Doomed[], inSeconds = 0) =>
  yard.db.$transaction((tx) => doom(tx, deps, doomed, inSeconds));
const later = (seconds: number): Deps => ({ ...deps, clock: { now: () => yard.from(seconds) } });
const receipts = () => yard.db.trail.findMany({ orderBy: { seq: "asc" } });
const rows = () => yard.db.purge.findMany({ orderBy: { prefix: "asc" } });

/** A file's folder with so many objects in it, and what dooms it. */
async function folder(objects: number, storage: "public" | "private" = "private") {
  const prefix = `${storage === "public" ? "pictures" : "files"}/${randomName()}/`;
  await yard.put(storage, ...Array.from({ length: objects }, (_, index) => `${prefix}${index}`));
  return { storage, prefix, fileId: newId(), reason: "withdrawn" as const };
}

/** The store, but for what is replaced. */
function storageWith(replaced: Partial<Storage>): Storage {
  return new Proxy(yard.storages.private, {
    get: (store, name) => {
      const own = Reflect.get(replaced, name);
      if (own !== undefined) return own;
      const value = Reflect.get(store, name, store);
      return typeof value === "function" ? value.bind(store) : value;
    },
  });
}

const withPrivate = (replaced: Partial<Storage>): Deps => ({
  ...deps,
  storages: { ...yard.storages, private: storageWith(replaced) },
});

describe("a purge", () => {
  test("takes all below a prefix or one key, and none of its neighbours", async () => {
    const name = randomName();
    await yard.put("private", `files/${name}/a`, `files/${name}/b/c`, `files/${name}0/a`);
    await yard.put("private", `quarantine/${name}`, `quarantine/${name}0`);
    const ids = await write([
      { storage: "private", prefix: `files/${name}/` },
      { storage: "private", prefix: `quarantine/${name}` },
    ]);
    await carryOut(deps, ids);
    expect(await yard.keys("private", `files/${name}`)).toEqual([`files/${name}0/a`]);
    expect(await yard.keys("private", `quarantine/${name}`)).toEqual([`quarantine/${name}0`]);
    expect(await rows()).toEqual([]);
  });

  test("of a folder with more objects than one call takes leaves none", async () => {
    const prefix = `files/${randomName()}/`;
    const there = new Set(Array.from({ length: 2103 }, (_, index) => `${prefix}${index}`));
    const calls: number[] = [];
    const crowded = withPrivate({
      list: async function* () {
        for (const key of [...there]) yield { key, size: 1, modifiedAt: new Date() };
      },
      removeAll: async (keys) => {
        calls.push(keys.length);
        for (const key of keys) there.delete(key);
      },
    });
    await carryOut(crowded, await write([{ storage: "private", prefix, fileId: newId() }]));
    expect([there.size, calls]).toEqual([0, [1000, 1000, 103]]);
    expect((await receipts())[0]?.detail).toMatchObject({ objects: 2103 });
  });

  test("of a file leaves a receipt that speaks of it by id alone, and goes together with its row", async () => {
    const doomed = await folder(3);
    const nobodys = { storage: "private" as const, prefix: `quarantine/${randomName()}` };
    await carryOut(deps, await write([doomed, nobodys]));
    const [receipt, ...more] = await receipts();
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({
      event: "bytes.destroyed",
      byId: null,
      subjectId: doomed.fileId,
      detail: { storage: "private", reason: "withdrawn", objects: 3 },
    });
    expect(await verify(deps)).toMatchObject({ entries: 1, broken: null });
  });

  test("stays, and no receipt is written, where the trail cannot be", async () => {
    const ids = await write([await folder(1)]);
    await yard.db.$executeRaw`ALTER TABLE "Trail" RENAME TO "TrailAway"`;
    await carryOutSoon(deps, ids);
    await yard.db.$executeRaw`ALTER TABLE "TrailAway" RENAME TO "Trail"`;
    expect(await rows()).toHaveLength(1);
    await carryOut(deps, ids);
    expect([await rows(), (await receipts()).length]).toEqual([[], 1]);
  });

  test("that ended between the objects and the row is finished later, with the number that there were", async () => {
    const doomed = await folder(4);
    const ids = await write([doomed]);
    const killed = async () => {
      throw new Error("killed");
    };
    await expect(carryOut({ ...deps, reached: killed }, ids)).rejects.toThrow("killed");
    expect(await yard.keys("private", doomed.prefix)).toEqual([]);
    expect((await rows()).length).toBe(1);
    expect(await drainPurges(later(60))).toEqual({ destroyed: 1, failed: 0 });
    expect((await receipts()).map(({ detail }) => detail)).toEqual([
      { storage: "private", reason: "withdrawn", objects: 4 },
    ]);
  });
});

describe("bytes that are doomed ahead", () => {
  test("cannot be adopted once a sweep has begun with them, by whatever clock", async () => {
    const [id = ""] = await write([await folder(1)], 60);
    // The sweep's machine is ahead of time.
    await drainPurges({ ...later(120), reached: () => Promise.reject(new Error("killed")) });
    expect(await rows()).toHaveLength(1);
    await expect(yard.db.$transaction((tx) => spare(tx, deps, [id]))).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("are passed over by a sweep while a commit is adopting them, and are there after it", async () => {
    const doomed = await folder(2);
    const ids = await write([doomed]);
    await yard.db.$transaction(async (tx) => {
      await spare(tx, later(-1), ids);
      expect(await drainPurges(deps)).toEqual({ destroyed: 0, failed: 0 });
    });
    expect(await yard.keys("private", doomed.prefix)).toHaveLength(2);
    expect(await rows()).toEqual([]);
  });

  test("are doomed anew by whoever writes them after somebody whose clock runs ahead has carried them out", async () => {
    const doomed = [await folder(1)];
    const dooms = await write(doomed, 60);
    await drainPurges(later(120));
    await yard.put("private", `${doomed[0]?.prefix}late`);
    const tooLate = await yard.db.$transaction((tx) => spare(tx, deps, dooms)).catch((thrown) => thrown);
    await giveUp(deps, { doomed, dooms }, tooLate);
    expect(await yard.keys("private", doomed[0]?.prefix ?? "")).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  test("stay where a commit has adopted them and only its answer was lost", async () => {
    const doomed = [await folder(2)];
    const dooms = await write(doomed, 60);
    await yard.db.$transaction((tx) => spare(tx, deps, dooms));
    await giveUp(deps, { doomed, dooms }, new Error("The connection broke."));
    expect(await yard.keys("private", doomed[0]?.prefix ?? "")).toHaveLength(2);
    expect(await rows()).toEqual([]);
  });

  test("are waited for by whoever gives up without knowing how the commit ended", async () => {
    const doomed = await folder(2);
    const ids = await write([doomed], 60);
    let givenUp: Promise<void> | undefined;
    await yard.db.$transaction(async (tx) => {
      await spare(tx, deps, ids);
      givenUp = carryOut(deps, ids);
      // It has reached the database before this transaction ends.
      await vi.waitFor(async () => {
        const waiting = await yard.db.$queryRaw<unknown[]>`
          SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect(waiting).toHaveLength(1);
      });
    });
    await givenUp;
    expect(await yard.keys("private", doomed.prefix)).toHaveLength(2);
  });

  test("keep their day, however often a sweep has tried", async () => {
    await write([await folder(1)]);
    const [{ dueAt } = { dueAt: null }] = await rows();
    const failing = withPrivate({ removeAll: () => Promise.reject(new Problem("unavailable", "Away.")) });
    for (const seconds of [0, 200, 2000]) await drainPurges({ ...failing, clock: later(seconds).clock });
    expect(await rows()).toMatchObject([{ dueAt, tries: 3 }]);
  });
});

describe("the sweep of purges", () => {
  test("does each once, beside two others and beside requests of its own", async () => {
    const doomed = await Promise.all(Array.from({ length: 60 }, () => folder(2)));
    const ids = await write(doomed);
    await Promise.all([
      ...[1, 2, 3].map(() => drainPurges(deps)),
      ...[0, 20, 40].map((from) => carryOut(deps, ids.slice(from, from + 20))),
    ]);
    // Who claimed a row may have been overtaken in it; nothing else is left.
    await drainPurges(later(600));
    expect(await rows()).toEqual([]);
    for (const { prefix } of doomed) expect(await yard.keys("private", prefix)).toEqual([]);
    const about = (await receipts()).map(({ subjectId }) => subjectId);
    expect(about.toSorted()).toEqual(doomed.map(({ fileId }) => fileId).toSorted());
    expect(await verify(deps)).toMatchObject({ entries: 60, broken: null });
  });

  test("leaves what is not due", async () => {
    const doomed = await folder(1);
    await write([doomed], 60);
    expect(await drainPurges(deps)).toEqual({ destroyed: 0, failed: 0 });
    expect(await yard.keys("private", doomed.prefix)).toHaveLength(1);
  });

  test("is not kept by one row that cannot be done, and tries that one later, ever later", async () => {
    const doomed = await Promise.all(Array.from({ length: 30 }, () => folder(1)));
    await write(doomed);
    const stuck = doomed[13]?.prefix ?? "";
    const removeAll = vi.fn(async (keys: readonly string[]) => {
      if (keys.some((key) => key.startsWith(stuck))) throw new Problem("unavailable", "This one is held.");
      await yard.storages.private.removeAll(keys);
    });
    const failing = withPrivate({ removeAll });
    expect(await drainPurges(failing)).toEqual({ destroyed: 29, failed: 1 });
    expect(await rows()).toMatchObject([{ prefix: stuck, tries: 1 }]);
    removeAll.mockClear();
    expect(await drainPurges(failing)).toEqual({ destroyed: 0, failed: 0 });
    expect(removeAll).not.toHaveBeenCalled();
    const waits = [];
    for (const seconds of [40, 140, 400]) {
      const then = later(seconds).clock.now().getTime();
      await drainPurges({ ...failing, clock: { now: () => new Date(then) } });
      const [row] = await rows();
      waits.push(((row?.retryAt?.getTime() ?? 0) - then) / 1000);
    }
    expect(waits).toEqual([60, 120, 240]);
    expect(await drainPurges(later(1000))).toEqual({ destroyed: 1, failed: 0 });
  });

  test("stops after a few calls where the store is away, and lets go of what it has not tried", async () => {
    await write(await Promise.all(Array.from({ length: 40 }, () => folder(1))));
    const removeAll = vi.fn(() => Promise.reject(new Problem("unavailable", "Away.")));
    await drainPurges(withPrivate({ removeAll }));
    expect(removeAll.mock.calls.length).toBeLessThan(16);
    const left = await rows();
    expect(left).toHaveLength(40);
    expect(left.filter(({ retryAt }) => retryAt === null).length).toBeGreaterThan(25);
    expect(await drainPurges(later(60))).toEqual({ destroyed: 40, failed: 0 });
  });

  test("begins nothing new once it is told to stop", async () => {
    const doomed = await folder(1);
    await write([doomed]);
    expect(await drainPurges(deps, AbortSignal.abort())).toEqual({ destroyed: 0, failed: 0 });
    expect(await yard.keys("private", doomed.prefix)).toHaveLength(1);
  });
});

describe("caches before the public storage", () => {
  /** Caches that agree or not, and what they were told. */
  function testCaches() {
    const told: string[][] = [];
    const state = { agree: true };
    const caches: Caches = {
      forget: async (addresses) => {
        if (!state.agree) throw new Error("The caches were not told: they answer 500.");
        told.push([...addresses].sort());
      },
    };
    return { told, state, caches };
  }
  const addressesOf = (prefix: string, objects: number) =>
    Array.from({ length: objects }, (_, index) => yard.storages.public.publicUrl(`${prefix}${index}`));

  test("are told every address once the object is gone, and of nothing private", async () => {
    const [shown, hidden] = [await folder(3, "public"), await folder(2)];
    const { caches, told } = testCaches();
    const forget = vi.fn(async (addresses: readonly string[]) => {
      expect(await yard.keys("public", shown.prefix)).toEqual([]);
      await caches.forget(addresses);
    });
    await carryOut({ ...deps, caches: { forget } }, await write([shown, hidden]));
    expect(told).toEqual([addressesOf(shown.prefix, 3)]);
    expect(await rows()).toEqual([]);
  });

  test("that are away fail nobody's request; the row stays, and the sweep tells the same addresses until they agree", async () => {
    const shown = await folder(3, "public");
    const { log, lines } = heardLog();
    const { caches, told, state } = testCaches();
    state.agree = false;
    await carryOut({ ...deps, caches, log }, await write([shown]));
    expect(await yard.keys("public", shown.prefix)).toEqual([]);
    expect([(await rows()).length, (await receipts()).length]).toEqual([1, 0]);
    expect(await drainPurges({ ...later(40), caches, log })).toEqual({ destroyed: 0, failed: 1 });
    state.agree = true;
    expect(await drainPurges({ ...later(400), caches })).toEqual({ destroyed: 1, failed: 0 });
    expect(told).toEqual([addressesOf(shown.prefix, 3)]);
    expect(await rows()).toEqual([]);
    expect((await receipts()).map(({ detail }) => detail)).toMatchObject([{ objects: 3 }]);
    const logged = lines.map((line) => JSON.stringify(line));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes(shown.prefix) || line.includes("http"))).toEqual([]);
  });

  test("are told what was there before a process died between the objects and the call", async () => {
    const shown = await folder(2, "public");
    const { caches, told } = testCaches();
    const ids = await write([shown]);
    const reached = () => Promise.reject(new Error("killed"));
    await expect(carryOut({ ...deps, caches, reached }, ids)).rejects.toThrow("killed");
    expect(told).toEqual([]);
    await drainPurges({ ...later(60), caches });
    expect(told).toEqual([addressesOf(shown.prefix, 2)]);
  });

  test("hold up none of what they keep nothing of", async () => {
    const [shown, hidden] = [await folder(1, "public"), await folder(1)];
    const { caches, state } = testCaches();
    state.agree = false;
    await write([shown, hidden]);
    expect(await drainPurges({ ...deps, caches })).toEqual({ destroyed: 1, failed: 1 });
    expect((await rows()).map(({ prefix }) => prefix)).toEqual([shown.prefix]);
  });
});
