import { describe, expect, test, vi } from "vitest";
import type { Caches } from "../caches";
import { heardLog } from "../log/testing/heard-log";
import { drainPurges } from "./due-purges";
import { carryOut } from "./purge";
import { purgeYard } from "./testing/purge-yard";

const at = purgeYard();

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
    Array.from({ length: objects }, (_, index) => at.yard.storages.public.publicUrl(`${prefix}${index}`));

  test("are told every address once the object is gone, and of nothing private", async () => {
    const [shown, hidden] = [await at.folder(3, "public"), await at.folder(2)];
    const { caches, told } = testCaches();
    const forget = vi.fn(async (addresses: readonly string[]) => {
      expect(await at.yard.keys("public", shown.prefix)).toEqual([]);
      await caches.forget(addresses);
    });
    await carryOut({ ...at.deps, caches: { forget } }, await at.write([shown, hidden]));
    expect(told).toEqual([addressesOf(shown.prefix, 3)]);
    expect(await at.rows()).toEqual([]);
  });

  test("that are away fail nobody's request; the row stays, and the sweep tells the same addresses until they agree", async () => {
    const shown = await at.folder(3, "public");
    const { log, lines } = heardLog();
    const { caches, told, state } = testCaches();
    state.agree = false;
    await carryOut({ ...at.deps, caches, log }, await at.write([shown]));
    expect(await at.yard.keys("public", shown.prefix)).toEqual([]);
    expect([(await at.rows()).length, (await at.receipts()).length]).toEqual([1, 0]);
    expect(await drainPurges({ ...at.later(40), caches, log })).toEqual({ destroyed: 0, failed: 1 });
    state.agree = true;
    expect(await drainPurges({ ...at.later(400), caches })).toEqual({ destroyed: 1, failed: 0 });
    expect(told).toEqual([addressesOf(shown.prefix, 3)]);
    expect(await at.rows()).toEqual([]);
    expect((await at.receipts()).map(({ detail }) => detail)).toMatchObject([{ objects: 3 }]);
    const logged = lines.map((line) => JSON.stringify(line));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes(shown.prefix) || line.includes("http"))).toEqual([]);
  });

  test("are told what was there before a process died between the objects and the call", async () => {
    const shown = await at.folder(2, "public");
    const { caches, told } = testCaches();
    const ids = await at.write([shown]);
    const reached = () => Promise.reject(new Error("killed"));
    await expect(carryOut({ ...at.deps, caches, reached }, ids)).rejects.toThrow("killed");
    expect(told).toEqual([]);
    await drainPurges({ ...at.later(60), caches });
    expect(told).toEqual([addressesOf(shown.prefix, 2)]);
  });

  test("hold up none of what they keep nothing of", async () => {
    const [shown, hidden] = [await at.folder(1, "public"), await at.folder(1)];
    const { caches, state } = testCaches();
    state.agree = false;
    await at.write([shown, hidden]);
    expect(await drainPurges({ ...at.deps, caches })).toEqual({ destroyed: 1, failed: 1 });
    expect((await at.rows()).map(({ prefix }) => prefix)).toEqual([shown.prefix]);
  });
});
