import { describe, expect, test, vi } from "vitest";
import type { CdnPurger } from "./cdn-purger";
import { createRecordingLog } from "../observability/testing/recording-log";
import { executeDuePurges } from "./due-purges";
import { executePurges } from "./purge";
import { usePurgeFixture } from "./testing/purge-fixture";

const fixture = usePurgeFixture();

describe("caches before the public storage", () => {
  /** Caches that agree or not, and what they were told. */
  function testCaches() {
    const told: string[][] = [];
    const state = { agree: true };
    const caches: CdnPurger = {
      purgeUrls: async (addresses) => {
        if (!state.agree) throw new Error("The caches were not told: they answer 500.");
        told.push([...addresses].sort());
      },
    };
    return { told, state, caches };
  }
  const addressesOf = (prefix: string, objects: number) =>
    Array.from({ length: objects }, (_, index) => fixture.yard.storages.public.publicUrl(`${prefix}${index}`));

  test("are told every address once the object is gone, and of nothing private", async () => {
    const [shown, hidden] = [await fixture.folder(3, "public"), await fixture.folder(2)];
    const { caches, told } = testCaches();
    const forget = vi.fn(async (addresses: readonly string[]) => {
      expect(await fixture.yard.keys("public", shown.prefix)).toEqual([]);
      await caches.purgeUrls(addresses);
    });
    await executePurges({ ...fixture.deps, cdnPurger: { purgeUrls: forget } }, await fixture.write([shown, hidden]));
    expect(told).toEqual([addressesOf(shown.prefix, 3)]);
    expect(await fixture.rows()).toEqual([]);
  });

  test("that are away fail nobody's request; the row stays, and the sweep tells the same addresses until they agree", async () => {
    const shown = await fixture.folder(3, "public");
    const { log, lines } = createRecordingLog();
    const { caches, told, state } = testCaches();
    state.agree = false;
    await executePurges({ ...fixture.deps, cdnPurger: caches, log }, await fixture.write([shown]));
    expect(await fixture.yard.keys("public", shown.prefix)).toEqual([]);
    expect([(await fixture.rows()).length, (await fixture.receipts()).length]).toEqual([1, 0]);
    expect(await executeDuePurges({ ...fixture.later(40), cdnPurger: caches, log })).toEqual({ destroyed: 0, failed: 1 });
    state.agree = true;
    expect(await executeDuePurges({ ...fixture.later(400), cdnPurger: caches })).toEqual({ destroyed: 1, failed: 0 });
    expect(told).toEqual([addressesOf(shown.prefix, 3)]);
    expect(await fixture.rows()).toEqual([]);
    expect((await fixture.receipts()).map(({ detail }) => detail)).toMatchObject([{ objects: 3 }]);
    const logged = lines.map((line) => JSON.stringify(line));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes(shown.prefix) || line.includes("http"))).toEqual([]);
  });

  test("are told what was there before a process died between the objects and the call", async () => {
    const shown = await fixture.folder(2, "public");
    const { caches, told } = testCaches();
    const ids = await fixture.write([shown]);
    const reached = () => Promise.reject(new Error("killed"));
    await expect(executePurges({ ...fixture.deps, cdnPurger: caches, onCrashPoint: reached }, ids)).rejects.toThrow("killed");
    expect(told).toEqual([]);
    await executeDuePurges({ ...fixture.later(60), cdnPurger: caches });
    expect(told).toEqual([addressesOf(shown.prefix, 2)]);
  });

  test("hold up none of what they keep nothing of", async () => {
    const [shown, hidden] = [await fixture.folder(1, "public"), await fixture.folder(1)];
    const { caches, state } = testCaches();
    state.agree = false;
    await fixture.write([shown, hidden]);
    expect(await executeDuePurges({ ...fixture.deps, cdnPurger: caches })).toEqual({ destroyed: 1, failed: 1 });
    expect((await fixture.rows()).map(({ prefix }) => prefix)).toEqual([shown.prefix]);
  });
});
