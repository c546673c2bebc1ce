import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectStatic } from "./collect";
import { folderTarget } from "./folder";
import { loadStatic } from "./load";
import { type Publication, publish } from "./publish";
import type { StaticTarget } from "./target";

const DAY = 24 * 3600;
const SCRIPT = `export const words = ${JSON.stringify("static files are code ".repeat(50))};`;

let scratch: string;
let site: string;
let target: StaticTarget;
let now: Date;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "dossier-static-"));
  site = join(scratch, "site");
  target = folderTarget(join(scratch, "published"));
  now = new Date("2026-01-01T00:00:00Z");
  write(".next/static/chunks/one.js", SCRIPT);
  write("public/robots.txt", "User-agent: *");
  write("public/photo.png", "not worth compressing");
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), text);
}

/** The build that is in the folder now. */
function release(build: string, { to = target, dryRun = false } = {}): Promise<Publication> {
  return publish(collectStatic(site), to, { clock: { now: () => now }, build, keep: 7 * DAY, dryRun });
}

const published = (key: string) => readFileSync(join(scratch, "published", key));

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of target.list("")) found.push(key);
  return found.sort();
}

/** A target that tells in which order it was written to, and fails where it is told to. */
function watched(failAt?: string): { to: StaticTarget; written: string[] } {
  const written: string[] = [];
  const to: StaticTarget = {
    ...target,
    put: async (key, ...rest) => {
      if (key === failAt) throw new Error("The network is away.");
      await target.put(key, ...rest);
      written.push(key);
    },
  };
  return { to, written };
}

describe("publishing", () => {
  test("brings build and public files with the encodings that are smaller, the manifest last", async () => {
    const { to, written } = watched();
    await release("first", { to });
    expect(await keys()).toEqual([
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

  test("again does nothing", async () => {
    await release("first");
    expect(await release("first")).toMatchObject({ added: [], replaced: [], removed: [], kept: 5 });
  });

  test("never overwrites a fingerprinted file, and replaces what has changed under a name of its own", async () => {
    await release("first");
    write(".next/static/chunks/one.js", "other bytes under the same digest: a defect of the build");
    write("public/robots.txt", "User-agent: everybody");
    const { replaced } = await release("second");
    expect(replaced).toEqual(["robots.txt"]);
    expect(published("_next/static/chunks/one.js").toString()).toBe(SCRIPT);
    expect(published("robots.txt").toString()).toBe("User-agent: everybody");
  });

  test("that fails half-way leaves no manifest, and the next one brings only what is missing", async () => {
    const { to } = watched("robots.txt");
    await expect(release("first", { to })).rejects.toThrow("The network is away.");
    expect(await keys()).not.toContain("_manifests/first.json");
    const { added } = await release("first");
    expect(added).toContain("robots.txt");
    expect(added).not.toContain("_next/static/chunks/one.js");
  });

  test("in a dry run says what it would do, and does nothing", async () => {
    const { added } = await release("first", { dryRun: true });
    expect(added).toContain("_next/static/chunks/one.js.br");
    expect(await keys()).toEqual([]);
  });
});

describe("the files of an earlier build", () => {
  beforeEach(async () => {
    await release("first");
    rmSync(join(site, ".next/static/chunks/one.js"));
    write(".next/static/chunks/two.js", SCRIPT);
  });

  test("are still served to pages that were open at the deployment", async () => {
    await release("second");
    const loaded = await loadStatic(target);
    expect(loaded.get("/_next/static/chunks/one.js")?.forms.get("identity")?.toString()).toBe(SCRIPT);
    expect(loaded.has("/_next/static/chunks/two.js")).toBe(true);
  });

  test("are removed, manifest and encodings with them, once the declared time is over", async () => {
    await release("second");
    now = new Date(now.getTime() + 7 * DAY * 1000);
    const { removed } = await release("third");
    expect(removed.sort()).toEqual([
      "_manifests/first.json",
      "_manifests/second.json",
      "_next/static/chunks/one.js",
      "_next/static/chunks/one.js.br",
      "_next/static/chunks/one.js.gz",
    ]);
  });

  test("of public names are those of the youngest", async () => {
    write("public/robots.txt", "User-agent: everybody");
    rmSync(join(site, "public/photo.png"));
    now = new Date(now.getTime() + 1000);
    await release("second");
    const loaded = await loadStatic(target);
    expect(loaded.get("/robots.txt")?.forms.get("identity")?.toString()).toBe("User-agent: everybody");
    expect(loaded.has("/photo.png")).toBe(false);
  });
});
