import { describe, expect, test, vi } from "vitest";
import { createRecordingLog } from "../observability/testing/recording-log";
import type { CdnPurger } from "./cdn-purger";
import { executeDuePurges } from "./due-purges";
import { executePurges } from "./purge";
import { setUpPurgeFixture } from "./testing/purge-fixture";

const fixture = setUpPurgeFixture();

describe("a CDN in front of the public storage", () => {
  /** A CDN whose purges succeed or fail, with the URLs that it has purged. */
  function createTestCdn() {
    const purged: string[][] = [];
    const state = { available: true };
    const cdnPurger: CdnPurger = {
      purgeUrls: async (urls) => {
        if (!state.available) throw new Error("The CDN purge failed: the hook responded 500.");
        purged.push([...urls].sort());
      },
    };
    return { purged, state, cdnPurger };
  }
  const publicUrls = (prefix: string, objects: number) =>
    Array.from({ length: objects }, (_, index) =>
      fixture.sweepFixture.storages.public.publicUrl(`${prefix}${index}`),
    );

  test("purges every public URL after the deletion, and no private one", async () => {
    const [published, privateFolder] = [
      await fixture.createFolder(3, "public"),
      await fixture.createFolder(2),
    ];
    const { cdnPurger, purged } = createTestCdn();
    const purgeUrls = vi.fn(async (urls: readonly string[]) => {
      expect(await fixture.sweepFixture.listKeys("public", published.prefix)).toEqual([]);
      await cdnPurger.purgeUrls(urls);
    });
    await executePurges(
      { ...fixture.context, cdnPurger: { purgeUrls } },
      await fixture.schedulePurges([published, privateFolder]),
    );
    expect(purged).toEqual([publicUrls(published.prefix, 3)]);
    expect(await fixture.listPurges()).toEqual([]);
  });

  test("an unavailable CDN fails no request; the sweep purges the same URLs", async () => {
    const published = await fixture.createFolder(3, "public");
    const { log, lines } = createRecordingLog();
    const { cdnPurger, purged, state } = createTestCdn();
    state.available = false;
    await executePurges({ ...fixture.context, cdnPurger, log }, await fixture.schedulePurges([published]));
    expect(await fixture.sweepFixture.listKeys("public", published.prefix)).toEqual([]);
    expect([(await fixture.listPurges()).length, (await fixture.listReceipts()).length]).toEqual([1, 0]);
    expect(await executeDuePurges({ ...fixture.withLaterClock(40), cdnPurger, log })).toEqual({
      destroyed: 0,
      failed: 1,
    });
    state.available = true;
    expect(await executeDuePurges({ ...fixture.withLaterClock(400), cdnPurger })).toEqual({
      destroyed: 1,
      failed: 0,
    });
    expect(purged).toEqual([publicUrls(published.prefix, 3)]);
    expect(await fixture.listPurges()).toEqual([]);
    expect((await fixture.listReceipts()).map(({ detail }) => detail)).toMatchObject([{ objects: 3 }]);
    const logged = lines.map((line) => JSON.stringify(line));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes(published.prefix) || line.includes("http"))).toEqual([]);
  });

  test("purges the URLs after a crash between deletion and CDN purge", async () => {
    const published = await fixture.createFolder(2, "public");
    const { cdnPurger, purged } = createTestCdn();
    const ids = await fixture.schedulePurges([published]);
    const onCrashPoint = () => Promise.reject(new Error("killed"));
    await expect(executePurges({ ...fixture.context, cdnPurger, onCrashPoint }, ids)).rejects.toThrow(
      "killed",
    );
    expect(purged).toEqual([]);
    await executeDuePurges({ ...fixture.withLaterClock(60), cdnPurger });
    expect(purged).toEqual([publicUrls(published.prefix, 2)]);
  });

  test("an unavailable CDN does not delay purges of private objects", async () => {
    const [published, privateFolder] = [
      await fixture.createFolder(1, "public"),
      await fixture.createFolder(1),
    ];
    const { cdnPurger, state } = createTestCdn();
    state.available = false;
    await fixture.schedulePurges([published, privateFolder]);
    expect(await executeDuePurges({ ...fixture.context, cdnPurger })).toEqual({ destroyed: 1, failed: 1 });
    expect((await fixture.listPurges()).map(({ prefix }) => prefix)).toEqual([published.prefix]);
  });
});
