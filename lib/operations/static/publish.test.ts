import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadPublishedFiles } from "./load-published";
import type { StaticTarget } from "./target";
import {
  KEEP_SECONDS,
  listKeys,
  openTestSite,
  recordingTarget,
  SCRIPT,
  type TestSite,
  throwNetworkError,
} from "./testing/test-site";

let site: TestSite;
beforeEach(() => {
  site = openTestSite();
});
afterEach(() => site.close());

const pathOf = (key: string) => join(site.targetFolder, key);
const published = (key: string) => readFileSync(pathOf(key));
const loaded = async (build: string, address: string) =>
  (await loadPublishedFiles(site.target, build)).get(address)?.codings.get("identity")?.toString();

describe("publishing", () => {
  test("writes files in the smaller encodings, and the manifest last", async () => {
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

  test("a second time writes only the manifest", async () => {
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

  test("replaces a changed public file, and removes its obsolete encodings", async () => {
    site.write("public/robots.txt", "User-agent: *\n".repeat(50));
    await site.publish("first");
    expect(await listKeys(site.target)).toContain("robots.txt.gz");
    site.write("public/robots.txt", "User-agent: bot");
    const { replaced, removed } = await site.publish("second");
    expect(replaced).toEqual(["robots.txt"]);
    expect(removed.sort()).toEqual(["robots.txt.br", "robots.txt.gz"]);
    expect(published("robots.txt").toString()).toBe("User-agent: bot");
  });

  test("rejects other bytes under a fingerprinted name before it writes the manifest", async () => {
    await site.publish("first");
    site.write(".next/static/chunks/one.js", "other bytes under the same digest: a defect of the build");
    await expect(site.publish("second")).rejects.toThrow(/one\.js has other bytes/);
    expect(published("_next/static/chunks/one.js").toString()).toBe(SCRIPT);
    expect(await listKeys(site.target)).not.toContain("_manifests/second.json");
  });

  test("writes eight files concurrently", async () => {
    for (const name of "abcdefghij") site.write(`public/${name}.png`, name);
    let started = 0;
    const eight = Promise.withResolvers<void>();
    const to: StaticTarget = {
      ...site.target,
      put: async (...args) => {
        started += 1;
        if (started === 8) eight.resolve();
        await eight.promise;
        return site.target.put(...args);
      },
    };
    // Resolves only if eight writes start before one ends.
    await site.publish("first", { to });
  });

  test("rejects a public file in a folder of the build", async () => {
    site.write("public/_next/static/chunks/mine.js", "not built");
    await expect(site.publish("first")).rejects.toThrow(/public\/_next\/static\/chunks\/mine\.js/);
  });

  test.each(["data.csv.gz", "data.csv.br"])(
    "rejects %s beside data.csv, because both would have one key",
    async (name) => {
      site.write(`public/deep/${name}`, "compressed by hand");
      expect((await site.publish("first")).added).toContain(`deep/${name}`);
      site.write("public/deep/data.csv", "a,b");
      await expect(site.publish("second")).rejects.toThrow(
        `public/deep/${name} has the name of the compressed public/deep/data.csv`,
      );
    },
  );

  test("in a dry run reports changes and makes none", async () => {
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
  test("that fails writes no manifest, and the next one continues", async () => {
    const { to } = recordingTarget(site.target, { key: "robots.txt", meanwhile: throwNetworkError });
    await expect(site.publish("first", { to })).rejects.toThrow("The network is unavailable.");
    expect(await listKeys(site.target)).not.toContain("_manifests/first.json");
    const { added } = await site.publish("first");
    expect(added).toContain("robots.txt");
    expect(added).not.toContain("_next/static/chunks/one.js");
  });

  test("of an older build restores a public file after a failed publication", async () => {
    await site.publish("first");
    site.write("public/robots.txt", "User-agent: bot");
    const { to } = recordingTarget(site.target, {
      key: "_manifests/second.json",
      meanwhile: throwNetworkError,
    });
    await expect(site.publish("second", { to })).rejects.toThrow("The network is unavailable.");
    site.write("public/robots.txt", "User-agent: *");
    expect((await site.publish("first")).replaced).toEqual(["robots.txt"]);
    expect(await loaded("first", "/robots.txt")).toBe("User-agent: *");
  });

  test("runs three times concurrently with the same result", async () => {
    await Promise.all([site.publish("first"), site.publish("first"), site.publish("first")]);
    expect(await loaded("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("keeps files of another publication that has no manifest yet", async () => {
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
    expect(await loaded("second", "/_next/static/chunks/other.js")).toBe(SCRIPT);
  });

  test("fails if a needed file was removed at the same time", async () => {
    await site.publish("first");
    const { to } = recordingTarget(site.target, {
      key: "_manifests/second.json",
      meanwhile: () => site.target.remove("_next/static/chunks/one.js"),
    });
    await expect(site.publish("second", { to })).rejects.toThrow(
      /_next\/static\/chunks\/one\.js was removed/,
    );
    await site.publish("second");
    expect(await loaded("second", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("rejects other bytes that another publisher wrote at the same time", async () => {
    const headers = { contentType: "", cacheControl: "" };
    const { to } = recordingTarget(site.target, {
      key: "_next/static/chunks/one.js",
      meanwhile: () =>
        site.target.put("_next/static/chunks/one.js", Buffer.from("other"), headers, { replace: false }),
    });
    await expect(site.publish("first", { to })).rejects.toThrow(
      /other bytes at _next\/static\/chunks\/one\.js/,
    );
    expect(await listKeys(site.target)).not.toContain("_manifests/first.json");
  });

  test("keeps files that no manifest names", async () => {
    await site.target.put(
      "other/file.txt",
      Buffer.from("kept"),
      { contentType: "", cacheControl: "" },
      { replace: false },
    );
    await site.publish("first");
    site.advanceClock(10 * KEEP_SECONDS);
    await site.publish("second");
    expect(published("other/file.txt").toString()).toBe("kept");
  });

  test.each(["{", '{"version":2}', "", '{"version":1,"build":"other","publishedAt":"x","files":{}}'])(
    "reports the unreadable manifest %j and removes nothing",
    async (text) => {
      await site.publish("first");
      site.remove(".next/static/chunks/one.js");
      writeFileSync(pathOf("_manifests/broken.json"), text);
      await site.publish("second");
      site.advanceClock(KEEP_SECONDS);
      const { removed, unreadable } = await site.publish("third");
      expect(unreadable).toEqual(["_manifests/broken.json"]);
      expect(removed).toEqual([]);
      expect(await loaded("third", "/_next/static/chunks/one.js")).toBe(SCRIPT);
    },
  );

  test("repairs its own unreadable manifest", async () => {
    await site.publish("first");
    writeFileSync(pathOf("_manifests/first.json"), "{");
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(/npm run static -- publish --to/);
    expect(await site.publish("first")).toMatchObject({ added: [], unreadable: [] });
    expect(await loaded("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });
});

describe("the files of an earlier build", () => {
  beforeEach(async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    site.write(".next/static/chunks/two.js", SCRIPT);
  });

  test("are still served to open pages", async () => {
    await site.publish("second");
    expect(await loaded("second", "/_next/static/chunks/one.js")).toBe(SCRIPT);
    expect(await loaded("second", "/_next/static/chunks/two.js")).toBe(SCRIPT);
  });

  test("stay for the declared time after the next build", async () => {
    site.advanceClock(10 * KEEP_SECONDS);
    expect((await site.publish("second")).removed).toEqual([]);
    site.advanceClock(KEEP_SECONDS - 2);
    expect((await site.publish("third")).removed).toEqual([]);
    expect(await loaded("third", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("are removed with manifest and encodings after the declared time", async () => {
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

  test("return if it is published again, and the other build's files expire", async () => {
    await site.publish("second");
    site.advanceClock(KEEP_SECONDS);
    site.write(".next/static/chunks/one.js", SCRIPT);
    site.remove(".next/static/chunks/two.js");
    expect((await site.publish("first")).removed).toEqual([]);
    expect(await loaded("first", "/_next/static/chunks/two.js")).toBe(SCRIPT);
    site.advanceClock(KEEP_SECONDS);
    await site.publish("first");
    expect(await loaded("first", "/_next/static/chunks/two.js")).toBeUndefined();
    expect(await loaded("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("without a fingerprint are removed or replaced at once", async () => {
    site.write("public/robots.txt", "User-agent: bot");
    site.remove("public/photo.png");
    site.advanceClock(1);
    const { removed } = await site.publish("second");
    expect(removed).toEqual(["photo.png"]);
    expect(await loaded("second", "/robots.txt")).toBe("User-agent: bot");
    expect(await loaded("second", "/photo.png")).toBeUndefined();
  });
});
