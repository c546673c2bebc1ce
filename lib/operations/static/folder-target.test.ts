import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type * as files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFolderTarget } from "./folder-target";

/** The calls to the file system, in order. */
const calls: string[] = [];
let folder: string;

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof files>();
  return {
    ...real,
    writeFile: async (...[path, bytes, options]: Parameters<typeof real.writeFile>) => {
      await real.writeFile(path, bytes, options);
      const isFlushed = typeof options === "object" && options?.flush;
      calls.push(isFlushed ? "bytes flushed" : "bytes written");
    },
    link: async (from: string, to: string) => {
      await real.link(from, to);
      calls.push(`linked ${relative(folder, to)}`);
    },
    rename: async (from: string, to: string) => {
      await real.rename(from, to);
      calls.push(`renamed ${relative(folder, to)}`);
    },
    open: async (path: string, flags: string) => {
      const handle = await real.open(path, flags);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        calls.push(`names flushed in ${relative(folder, path) || "."}`);
      };
      return handle;
    },
  };
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dossier-folder-"));
  calls.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEADERS = { contentType: "", cacheControl: "" };
const put = (key: string, text: string, replace: boolean) =>
  createFolderTarget(folder).put(key, Buffer.from(text), HEADERS, { replace });

test("flushes the bytes before the name, and the name before it returns", async () => {
  await put("deep/er/one.js", "one", false);
  expect(calls).toEqual([
    "bytes flushed",
    "linked deep/er/one.js",
    "names flushed in deep/er",
    "names flushed in deep",
    "names flushed in .",
  ]);
  calls.length = 0;
  await put("deep/er/one.js", "two", true);
  expect(calls).toEqual(["bytes flushed", "renamed deep/er/one.js", "names flushed in deep/er"]);
});

test("keeps the bytes of an existing name and returns false", async () => {
  expect(await put("one.js", "one", false)).toBe(true);
  expect(await put("one.js", "two", false)).toBe(false);
  expect(readFileSync(join(folder, "one.js"), "utf8")).toBe("one");
  expect(readdirSync(folder)).toEqual(["one.js"]);
});

test("removes its temporary file after a failed write", async () => {
  mkdirSync(join(folder, "one.js/a folder"), { recursive: true });
  await expect(put("one.js", "one", true)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual(["one.js"]);
});
