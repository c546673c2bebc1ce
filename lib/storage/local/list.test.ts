import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomName } from "../../id";
import { compareBytes } from "../key";
import { listFiles } from "./list";

const folder = await mkdtemp(join(tmpdir(), "dossier-list-"));
const root = { folder, confirmMissing: async () => undefined };
const keys = [
  ...Array.from({ length: 400 }, () => `files/${randomName()}/original`),
  ...Array.from({ length: 90 }, (_, number) => `files/a-b/pages/${number}.webp`),
  "files/a/c",
  "files/a0",
  "files/a-b/original",
  "pictures/x",
  "pictures/Größe",
].sort(compareBytes);

beforeAll(async () => {
  for (const key of keys) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), key);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function listed(prefix: string, limits?: { first: number; next: number }): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, size } of listFiles(root, prefix, limits)) {
    expect(size).toBe(Buffer.byteLength(key));
    found.push(key);
  }
  return found;
}

describe("a folder with more names than one page", () => {
  test.each([
    { first: 1, next: 1 },
    { first: 3, next: 7 },
    { first: 50, next: 64 },
    { first: 1000, next: 100_000 },
  ])("is listed completely in byte order: $first, then $next names", async (limits) => {
    expect(await listed("", limits)).toEqual(keys);
    expect(await listed("files/a", limits)).toEqual(keys.filter((key) => key.startsWith("files/a")));
    expect(await listed("files/a-b/", limits)).toEqual(keys.filter((key) => key.startsWith("files/a-b/")));
  });

  test("lists every file that stays while others come and go", async () => {
    const crowd = join(folder, "crowd");
    const stay = Array.from({ length: 200 }, (_, number) => `crowd/${String(number).padStart(3, "0")}-stays`);
    await mkdir(crowd);
    for (const key of stay) await writeFile(join(folder, key), "");
    const found: string[] = [];
    for await (const { key } of listFiles(root, "crowd/", { first: 5, next: 5 })) {
      found.push(key);
      await writeFile(join(folder, `${key.slice(0, 9)}-came`), "");
      await rm(join(folder, `${key.slice(0, 9)}-came`));
    }
    await rm(crowd, { recursive: true });
    expect(found).toEqual(stay);
  });
});

test("a missing folder is empty if the root exists", async () => {
  const missing: string[] = [];
  const countingRoot = { folder, confirmMissing: async () => missing.push("missing") };
  expect((await listFiles(countingRoot, "nowhere/at/all/").next()).done).toBe(true);
  expect((await listFiles(countingRoot, "files/a0/below-a-file").next()).done).toBe(true);
  expect(missing).toHaveLength(2);
});
