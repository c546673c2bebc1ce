import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFolderTarget } from "./folder-target";
import { isPublished, loadPublishedFiles, readPublishedFiles } from "./load-published";
import { publishFiles } from "./publish";
import type { StaticTarget } from "./target";
import { KEEP_SECONDS, listKeys, openTestSite, SCRIPT, type TestSite } from "./testing/test-site";

let site: TestSite;
beforeEach(() => {
  site = openTestSite();
});
afterEach(() => site.close());

const pathOf = (key: string) => join(site.targetFolder, key);
const published = (key: string) => readFileSync(pathOf(key));
const loaded = async (build: string, address: string) =>
  (await loadPublishedFiles(site.target, build)).get(address)?.codings.get("identity")?.toString();

describe("a published build", () => {
  const copyTo = async (build: string, to: StaticTarget) => {
    const clock = { now: () => new Date("2026-01-01T00:00:00Z") };
    return publishFiles(readPublishedFiles(site.target, build), to, {
      clock,
      build,
      keepSeconds: KEEP_SECONDS,
    });
  };

  test("can be published at another target, without other builds", async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    const elsewhere = createFolderTarget(join(site.folder, "elsewhere"));
    await copyTo("second", elsewhere);
    expect(await listKeys(elsewhere)).toEqual(["_manifests/second.json", "photo.png", "robots.txt"]);
    await copyTo("first", elsewhere);
    const files = await loadPublishedFiles(elsewhere, "first");
    expect(files.get("/_next/static/chunks/one.js")?.codings.get("identity")?.toString()).toBe(SCRIPT);
  });

  test("cannot be copied if it is damaged or missing", async () => {
    await site.publish("first");
    writeFileSync(pathOf("_next/static/chunks/one.js.gz"), "");
    const elsewhere = createFolderTarget(join(site.folder, "elsewhere"));
    await expect(copyTo("first", elsewhere)).rejects.toThrow(/one\.js is missing at .*, or has other bytes/);
    await expect(copyTo("second", elsewhere)).rejects.toThrow(/Build second is not published/);
    expect(await listKeys(elsewhere)).not.toContain("_manifests/first.json");
  });
});

/** How a power cut or a defect changes a file on disk. */
const DAMAGES: [string, (bytes: Buffer) => Buffer][] = [
  ["empty", () => Buffer.alloc(0)],
  ["truncated", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["all zeros", (bytes) => Buffer.alloc(bytes.length)],
  ["another file", () => brotliCompressSync("another file")],
];
const CODINGS = ["one.js", "one.js.br", "one.js.gz"].map((name) => `_next/static/chunks/${name}`);

describe.each(CODINGS)("%s in a folder", (key) => {
  test.each(DAMAGES)("if %s, is not loaded, and the next publication repairs it", async (_, damage) => {
    await site.publish("first");
    expect(await isPublished(site.target, "first")).toBe(true);
    writeFileSync(pathOf(key), damage(published(key)));
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(
      /one\.js is missing at .*, or has other bytes/,
    );
    expect(await isPublished(site.target, "first")).toBe(false);
    expect(await site.publish("first")).toMatchObject({ added: [], replaced: [key] });
    expect(await loaded("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("if damaged in an earlier build, is not loaded", async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    writeFileSync(pathOf(key), "");
    expect(await loaded("second", "/_next/static/chunks/one.js")).toBeUndefined();
  });
});

describe("loading", () => {
  test("rejects a build that is missing, incomplete or altered", async () => {
    await site.publish("first");
    await expect(loadPublishedFiles(site.target, "second")).rejects.toThrow(/Build second is not published/);
    writeFileSync(pathOf("robots.txt"), "User-agent: bot");
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(
      /robots\.txt is missing at .*, or has other bytes/,
    );
    await site.target.remove("robots.txt");
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(/\/robots\.txt is missing/);
  });

  test("ignores a missing file of an earlier build", async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    await site.target.remove("_next/static/chunks/one.js");
    expect(await loaded("second", "/photo.png")).toBe("not worth compressing");
  });
});
