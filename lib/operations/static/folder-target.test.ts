import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type * as files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFolderTarget } from "./folder-target";

/** What was asked of the disk, in this order. */
const asked: string[] = [];
let folder: string;

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof files>();
  return {
    ...real,
    writeFile: async (...[path, bytes, options]: Parameters<typeof real.writeFile>) => {
      await real.writeFile(path, bytes, options);
      const through = typeof options === "object" && options?.flush;
      asked.push(through ? "bytes written through" : "bytes written");
    },
    link: async (from: string, to: string) => {
      await real.link(from, to);
      asked.push(`named ${relative(folder, to)}`);
    },
    rename: async (from: string, to: string) => {
      await real.rename(from, to);
      asked.push(`renamed ${relative(folder, to)}`);
    },
    open: async (path: string, flags: string) => {
      const handle = await real.open(path, flags);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        asked.push(`names written through in ${relative(folder, path) || "."}`);
      };
      return handle;
    },
  };
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dossier-folder-"));
  asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const AS = { contentType: "", cacheControl: "" };
const put = (key: string, text: string, replace: boolean) =>
  createFolderTarget(folder).put(key, Buffer.from(text), AS, { replace });

test("a file is on the disk before it has its name, and its name before it counts as published", async () => {
  await put("deep/er/one.js", "one", false);
  expect(asked).toEqual([
    "bytes written through",
    "named deep/er/one.js",
    "names written through in deep/er",
    "names written through in deep",
    "names written through in .",
  ]);
  asked.length = 0;
  await put("deep/er/one.js", "two", true);
  expect(asked).toEqual([
    "bytes written through",
    "renamed deep/er/one.js",
    "names written through in deep/er",
  ]);
});

test("a name that is taken keeps its bytes, and says so", async () => {
  expect(await put("one.js", "one", false)).toBe(true);
  expect(await put("one.js", "two", false)).toBe(false);
  expect(readFileSync(join(folder, "one.js"), "utf8")).toBe("one");
  expect(readdirSync(folder)).toEqual(["one.js"]);
});

test("what cannot be put in its place leaves nothing beside it", async () => {
  mkdirSync(join(folder, "one.js/a folder"), { recursive: true });
  await expect(put("one.js", "one", true)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual(["one.js"]);
});
