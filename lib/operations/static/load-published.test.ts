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

const at = (key: string) => join(site.targetFolder, key);
const published = (key: string) => readFileSync(at(key));
const served = async (build: string, address: string) =>
  (await loadPublishedFiles(site.target, build)).get(address)?.codings.get("identity")?.toString();

describe("what is published at one place", () => {
  const release = async (build: string, to: StaticTarget) => {
    const clock = { now: () => new Date("2026-01-01T00:00:00Z") };
    return publishFiles(readPublishedFiles(site.target, build), to, { clock, build, keepSeconds: KEEP_SECONDS });
  };

  test("can be published at another, that build and no other", async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    const elsewhere = createFolderTarget(join(site.folder, "elsewhere"));
    await release("second", elsewhere);
    expect(await listKeys(elsewhere)).toEqual(["_manifests/second.json", "photo.png", "robots.txt"]);
    await release("first", elsewhere);
    const files = await loadPublishedFiles(elsewhere, "first");
    expect(files.get("/_next/static/chunks/one.js")?.codings.get("identity")?.toString()).toBe(SCRIPT);
  });

  test("is not where it is damaged or not there", async () => {
    await site.publish("first");
    writeFileSync(at("_next/static/chunks/one.js.gz"), "");
    const elsewhere = createFolderTarget(join(site.folder, "elsewhere"));
    await expect(release("first", elsewhere)).rejects.toThrow(/one\.js, or has other bytes/);
    await expect(release("second", elsewhere)).rejects.toThrow(/Build second is not published/);
    expect(await listKeys(elsewhere)).not.toContain("_manifests/first.json");
  });
});

/** What a disk makes of a file that was not written through, and worse. */
const DAMAGES: [string, (bytes: Buffer) => Buffer][] = [
  ["empty", () => Buffer.alloc(0)],
  ["cut off", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["all zeros", (bytes) => Buffer.alloc(bytes.length)],
  ["another file", () => brotliCompressSync("another file")],
];
const FORMS = ["one.js", "one.js.br", "one.js.gz"].map((name) => `_next/static/chunks/${name}`);

describe.each(FORMS)("%s in a folder, once it is", (key) => {
  test.each(DAMAGES)("%s, is not served, and is mended by publishing again", async (_, damage) => {
    await site.publish("first");
    expect(await isPublished(site.target, "first")).toBe(true);
    writeFileSync(at(key), damage(published(key)));
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(/one\.js, or has other bytes/);
    expect(await isPublished(site.target, "first")).toBe(false);
    expect(await site.publish("first")).toMatchObject({ added: [], replaced: [key] });
    expect(await served("first", "/_next/static/chunks/one.js")).toBe(SCRIPT);
  });

  test("damaged and of an earlier build, is not served to pages that are open", async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    writeFileSync(at(key), "");
    expect(await served("second", "/_next/static/chunks/one.js")).toBeUndefined();
  });
});

describe("serving", () => {
  test("refuses to begin without its own build, with a file of it missing, or with other bytes in it", async () => {
    await site.publish("first");
    await expect(loadPublishedFiles(site.target, "second")).rejects.toThrow(/Build second is not published/);
    writeFileSync(at("robots.txt"), "User-agent: nobody");
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(/robots\.txt, or has other bytes/);
    await site.target.remove("robots.txt");
    await expect(loadPublishedFiles(site.target, "first")).rejects.toThrow(/lacks \/robots\.txt/);
  });

  test("does not mind what is missing of an earlier build", async () => {
    await site.publish("first");
    site.remove(".next/static/chunks/one.js");
    await site.publish("second");
    await site.target.remove("_next/static/chunks/one.js");
    expect(await served("second", "/photo.png")).toBe("not worth compressing");
  });
});
