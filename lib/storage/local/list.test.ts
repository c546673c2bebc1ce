import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomName } from "../../id";
import { compareBytes } from "../key";
import { listFiles } from "./list";

const folder = await mkdtemp(join(tmpdir(), "dossier-list-"));
const place = { folder, confirmMissing: async () => undefined };
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

async function listed(prefix: string, held?: { first: number; next: number }): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, size } of listFiles(place, prefix, held)) {
    expect(size).toBe(Buffer.byteLength(key));
    found.push(key);
  }
  return found;
}

describe("A folder that holds more names than are held at once", () => {
  test.each([
    { first: 1, next: 1 },
    { first: 3, next: 7 },
    { first: 50, next: 64 },
    { first: 1000, next: 100_000 },
  ])("is listed whole, each key once, in the order of the bytes: $first, then $next", async (held) => {
    expect(await listed("", held)).toEqual(keys);
    expect(await listed("files/a", held)).toEqual(keys.filter((key) => key.startsWith("files/a")));
    expect(await listed("files/a-b/", held)).toEqual(keys.filter((key) => key.startsWith("files/a-b/")));
  });

  test("loses none of those that stay while others go and come", async () => {
    const crowd = join(folder, "crowd");
    const stay = Array.from({ length: 200 }, (_, number) => `crowd/${String(number).padStart(3, "0")}-stays`);
    await mkdir(crowd);
    for (const key of stay) await writeFile(join(folder, key), "");
    const found: string[] = [];
    for await (const { key } of listFiles(place, "crowd/", { first: 5, next: 5 })) {
      found.push(key);
      await writeFile(join(folder, `${key.slice(0, 9)}-came`), "");
      await rm(join(folder, `${key.slice(0, 9)}-came`));
    }
    await rm(crowd, { recursive: true });
    expect(found).toEqual(stay);
  });
});

test("below what is not there lies nothing, once the place itself was found to be there", async () => {
  const missing: string[] = [];
  const asked = { folder, confirmMissing: async () => missing.push("missing") };
  expect((await listFiles(asked, "nowhere/at/all/").next()).done).toBe(true);
  expect((await listFiles(asked, "files/a0/below-a-file").next()).done).toBe(true);
  expect(missing).toHaveLength(2);
});
