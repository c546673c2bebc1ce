import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadPublishedFiles } from "./load-published";
import type { StaticTarget } from "./target";
import { throwNetworkError, KEEP_SECONDS, listKeys, openTestSite, SCRIPT, type TestSite, recordingTarget } from "./testing/test-site";

let site: TestSite;
beforeEach(() => {
  site = openTestSite();
});
afterEach(() => site.close());

const at = (key: string) => join(site.targetFolder, key);
const published = (key: string) => readFileSync(at(key));
const served = async (build: string, address: string) =>
  (await loadPublishedFiles(site.target, build)).get(address)?.codings.get("identity")?.toString();

describe("publishing", () => {
  test("brings build and public files with the encodings that are smaller, the manifest last", async () => {
    const { to, written } = recordingTarget(site.target);
    await site.publish("first", { to });
    expect(await listKeys(site.target)).toEqual([
      "_manifests/first.json",
      "_next/static/chunks/one.js",
      "_next/static/chunks/one.js.br",
      "_next/static/chunks/one.js.gz",
      "photo.png",
      "robots.txt",
    ]);
    expect(written.at(-1)).toBe("_manifests/first.json");
    expect(brotliDecompressSync(published("_next/static/chunks/one.js.br")).toString()).toBe(SCRIPT);
    expect(gunzipSync(published("_next/static/chunks/one.js.gz")).toString()).toBe(SCRIPT);
  });

  test("again brings nothing", async () => {
    await site.publish("first");
    const { to, written } = recordingTarget(site.target);
    expect(await site.publish("first", { to })).toMatchObject({
      added: [],
      replaced: [],
      removed: [],
      unchanged: 5,
    });
    expect(written).toEqual(["_manifests/first.json"]);
  });

  test("replaces what has changed under a name of its own, and forgets the encodings that it no longer has", async () => {
    site.write("public/robots.txt", "User-agent: *\n".repeat(50));
    await site.publish("first");
    expect(await listKeys(site.target)).toContain("robots.txt.gz");
    site.write("public/robots.txt", "User-agent: everybody");
    const { replaced, removed } = await site.publish("second");
    expect(replaced).toEqual(["robots.txt"]);
    expect(removed.sort()).toEqual(["robots.txt.br", "robots.txt.gz"]);
    expect(published("robots.txt").toString()).toBe("User-agent: everybody");
  });

  test("refuses other bytes under a fingerprinted name, before it says that anything is published", async () => {
    await site.publish("first");
    site.write(".next/static/chunks/one.js", "other bytes under the same digest: a defect of the build");
    await expect(site.publish("second")).rejects.toThrow(/one\.js has other bytes/);
    expect(published("_next/static/chunks/one.js").toString()).toBe(SCRIPT);
    expect(await listKeys(site.target)).not.toContain("_manifests/second.json");
  });

  test("carries eight files at once", async () => {
    for (const name of "abcdefghij") site.write(`public/${name}.png`, name);
    let begun = 0;
    const eight = Promise.withResolvers<void>();
    const to: StaticTarget = {
      ...site.target,
      put: async (...args) => {
        begun += 1;
        if (begun === 8) eight.resolve();
        await eight.promise;
        return site.target.put(...args);
      },
    };
    // Ends only where eight of them have begun before one has ended.
    await site.publish("first", { to });
  });

  test("refuses a public file that would lie among those of the build", async () => {
    site.write("public/_next/static/chunks/mine.js", "not built");
    await expect(site.publish("first")).rejects.toThrow(/public\/_next\/static\/chunks\/mine\.js/);
  });

  test.each(["data.csv.gz", "data.csv.br"])(
    "refuses %s beside data.csv: they would share a key",
    async (name) => {
      site.write(`public/deep/${name}`, "packed by somebody");
      expect((await site.publish("first")).added).toContain(`deep/${name}`);
      site.write("public/deep/data.csv", "a,b");
      await expect(site.publish("second")).rejects.toThrow(
        `public/deep/${name} lies where public/deep/data.csv`,
      );
    },
  );

  test("in a dry run says what it would do, and does nothing", async () => {
    const { added } = await site.publish("first", { dryRun: true });
    expect(added).toContain("_next/static/chunks/one.js.br");
    expect(await listKeys(site.target)).toEqual([]);
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    site.advanceClock(KEEP_SECONDS);
    const before = await listKeys(site.target);
    const { removed } = await site.publish("third", { dryRun: true });
    expect(removed).toContain("_next/static/chunks/one.js.br");
    expect(await listKeys(site.target)).toEqual(before);
  });
});

describe("a publication", () => {
  test("that is cut half-way leaves no manifest, and the next one brings only what is missing", async () => {
    const { to } = recordingTarget(site.target, { key: "robots.txt", meanwhile: throwNetworkError });
    await expect(site.publish("first", { to })).rejects.toThrow("The network is away.");
    expect(await listKeys(site.target)).not.toContain("_manifests/first.json");
    const { added } = await site.publish("first");
    expect(added).toContain("robots.txt");
    expect(added).not.toContain("_next/static/chunks/one.js");
  });

  test("that was cut after it had replaced a public file does not keep an older build from having its own again", async () => {
    await site.publish("first");
    site.write("public/robots.txt", "User-agent: everybody");
    const { to } = recordingTarget(site.target, { key: "_manifests/second.json", meanwhile: throwNetworkError });
    await expect(site.publish("second", { to })).rejects.toThrow("The network is away.");
    site.write("public/robots.txt", "User-agent: *");
    expect((await site.publish("first")).replaced).toEqual(["robots.txt"]);
    expect(await served("first", "/robots.txt")).toBe("User-agent: *");
  });

  test("of the same build beside it changes nothing", async () => {
    await Promise.all([site.publish("first"), site.publish("first"), site.publish("first")]);
    expect(await served("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("never removes what another one has brought and not yet announced", async () => {
    await site.publish("first");
    const other = openTestSite();
    other.write(".next/static/chunks/other.js", SCRIPT);
    const { to } = recordingTarget(site.target, {
      key: "_manifests/second.json",
      meanwhile: async () => {
        site.advanceClock(10 * KEEP_SECONDS);
        await site.publish("third");
      },
    });
    await other.publish("second", { to });
    other.close();
    expect(await served("second", "/_next/static/chunks/other.js")).toBe(SCRIPT);
  });

  test("says so where somebody removed meanwhile what it counted on", async () => {
    await site.publish("first");
    const { to } = recordingTarget(site.target, {
      key: "_manifests/second.json",
      meanwhile: () => site.target.remove("_next/static/chunks/one.js"),
    });
    await expect(site.publish("second", { to })).rejects.toThrow(/has lost _next\/static\/chunks\/one\.js/);
    await site.publish("second");
    expect(await served("second", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("refuses what somebody else was quicker to put under a name of its build", async () => {
    const as = { contentType: "", cacheControl: "" };
    const { to } = recordingTarget(site.target, {
      key: "_next/static/chunks/one.js",
      meanwhile: () =>
        site.target.put("_next/static/chunks/one.js", Buffer.from("other"), as, { replace: false }),
    });
    await expect(site.publish("first", { to })).rejects.toThrow(
      /other bytes at _next\/static\/chunks\/one\.js/,
    );
    expect(await listKeys(site.target)).not.toContain("_manifests/first.json");
  });

  test("leaves alone what no manifest names", async () => {
    await site.target.put(
      "somebody/elses.txt",
      Buffer.from("kept"),
      { contentType: "", cacheControl: "" },
      { replace: false },
    );
    await site.publish("first");
    site.advanceClock(10 * KEEP_SECONDS);
    await site.publish("second");
    expect(published("somebody/elses.txt").toString()).toBe("kept");
  });

  test.each(["{", '{"version":2}', "", '{"version":1,"build":"other","publishedAt":"x","files":{}}'])(
    "beside a manifest that says %j goes on, removes nothing and tells of it",
    async (text) => {
      await site.publish("first");
      site.remove(".next/static/chunks/one.js");
      writeFileSync(at("_manifests/broken.json"), text);
      await site.publish("second");
      site.advanceClock(KEEP_SECONDS);
      const { removed, unreadable } = await site.publish("third");
      expect(unreadable).toEqual(["_manifests/broken.json"]);
      expect(removed).toEqual([]);
      expect(await served("third", "/_next/static/chunks/one.js")).toBe(SCRIPT);
    },
  );

  test("over its own broken manifest mends it", async () => {
    await site.publish("first");
    writeFileSync(at("_manifests/first.json"), "{");
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(/npm run static -- publish --to/);
    expect(await site.publish("first")).toMatchObject({ added: [], unreadable: [] });
    expect(await served("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });
});

describe("the files of an earlier build", () => {
  beforeEach(async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    site.write(".next/static/chunks/two.js", SCRIPT);
  });

  test("are still served to pages that were open at the deployment", async () => {
    await site.publish("second");
    expect(await served("second", "/_next/static/chunks/one.js")).toBe(SCRIPT);
    expect(await served("second", "/_next/static/chunks/two.js")).toBe(SCRIPT);
  });

  test("are kept from the moment another build followed, however long they had been served before", async () => {
    site.advanceClock(10 * KEEP_SECONDS);
    expect((await site.publish("second")).removed).toEqual([]);
    site.advanceClock(KEEP_SECONDS - 2);
    expect((await site.publish("third")).removed).toEqual([]);
    expect(await served("third", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("are removed, manifest and encodings with them, once the declared time is over", async () => {
    await site.publish("second");
    site.advanceClock(KEEP_SECONDS);
    const { removed } = await site.publish("third");
    expect(removed.sort()).toEqual([
      "_manifests/first.json",
      "_next/static/chunks/one.js",
      "_next/static/chunks/one.js.br",
      "_next/static/chunks/one.js.gz",
    ]);
  });

  test("come back when it is published again, and those of the build between stay as long", async () => {
    await site.publish("second");
    site.advanceClock(KEEP_SECONDS);
    site.write(".next/static/chunks/one.js", SCRIPT);
    site.remove(".next/static/chunks/two.js");
    expect((await site.publish("first")).removed).toEqual([]);
    expect(await served("first", "/_next/static/chunks/two.js")).toBe(SCRIPT);
    site.advanceClock(KEEP_SECONDS);
    await site.publish("first");
    expect(await served("first", "/_next/static/chunks/two.js")).toBeUndefined();
    expect(await served("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("under names of their own are those of the build that is served, and no others", async () => {
    site.write("public/robots.txt", "User-agent: everybody");
    site.remove("public/photo.png");
    site.advanceClock(1);
    const { removed } = await site.publish("second");
    expect(removed).toEqual(["photo.png"]);
    expect(await served("second", "/robots.txt")).toBe("User-agent: everybody");
    expect(await served("second", "/photo.png")).toBeUndefined();
  });
});
