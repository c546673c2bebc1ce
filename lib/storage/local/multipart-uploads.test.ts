import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../clock";
import type { MultipartUpload } from "../storage";
import { createLocalStorage, type LocalStorage } from "./local-storage";

const folder = await mkdtemp(join(tmpdir(), "dossier-parts-"));
afterAll(() => rm(folder, { recursive: true }));

const [first, second] = [randomBytes(3_000_000), randomBytes(1000)];
const parts = [
  { number: 1, size: first.length },
  { number: 2, size: second.length },
];
const anHourAgo = new Date(Date.now() - 61 * 60_000);

describe("Parts on a disk", () => {
  let storage: LocalStorage;
  let root: string;
  let id: string;
  let attempt: string;
  const key = "quarantine/x";

  beforeEach(async () => {
    root = await mkdtemp(join(folder, "root-"));
    storage = open();
    id = await storage.createMultipartUpload(key, { type: "application/pdf" });
    attempt = join(root, ".parts", key, `.${id}`);
    await receive(1, first);
    await receive(2, second);
  });

  function open(): LocalStorage {
    return createLocalStorage({
      class: "private",
      folder: root,
      baseUrl: "http://localhost:3000",
      secret: "a secret of the test that is long enough",
      clock: systemClock,
    });
  }

  function receive(number: number, body: Buffer, at = key, multipartId = id): Promise<void> {
    const sha256 = createHash("sha256").update(body).digest("base64");
    const into = { multipartId, number, size: body.length, sha256 };
    return storage.receivePart(at, oneChunk(body), into);
  }

  async function everything(): Promise<string[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  async function expectJoined(): Promise<void> {
    expect((await readFile(join(root, key))).equals(Buffer.concat([first, second]))).toBe(true);
    expect(await everything()).toEqual([join(root, key)]);
    expect(await readdir(join(root, ".parts"))).toEqual([]);
  }

  test("become the object, and nothing else is left of them, not even a folder", async () => {
    await storage.completeMultipartUpload(key, id, parts);
    await expectJoined();
  });

  test("can be joined where a process was killed while it joined them", async () => {
    await writeFile(join(attempt, "joined-half"), first.subarray(0, 100));
    await storage.completeMultipartUpload(key, id, parts);
    await expectJoined();
  });

  test("can be joined where a process was killed when the object had its name already", async () => {
    await writeFile(join(attempt, "joined-whole"), Buffer.concat([first, second]));
    await mkdir(join(root, "quarantine"));
    await link(join(attempt, "joined-whole"), join(root, key));
    await storage.completeMultipartUpload(key, id, parts);
    await expectJoined();
  });

  test("that were joined when a process was killed can be thrown away: the object stays", async () => {
    await writeFile(join(attempt, "joined-whole"), Buffer.concat([first, second]));
    await mkdir(join(root, "quarantine"));
    await link(join(attempt, "joined-whole"), join(root, key));
    await storage.abortMultipartUpload(key, id);
    await expectJoined();
  });

  test("are joined once however many want to, and some throw them away: each is told what became of them", async () => {
    for (let round = 0; round < 25; round += 1) {
      const target = `crowd/${round}`;
      const multipartId = await storage.createMultipartUpload(target, { type: "application/pdf" });
      await receive(1, second, target, multipartId);
      const wanted = [{ number: 1, size: second.length }];
      const complete = () => storage.completeMultipartUpload(target, multipartId, wanted);
      const tries = [complete(), complete(), storage.abortMultipartUpload(target, multipartId), complete()];
      const outcomes = await Promise.allSettled(tries);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "not_found" });
      expect(await storage.listParts(target, multipartId)).toBeNull();
      const size = (await storage.stat(target))?.size;
      expect([undefined, second.length]).toContain(size);
    }
    await storage.completeMultipartUpload(key, id, parts);
    expect((await everything()).filter((path) => !path.startsWith(join(root, "crowd")))).toEqual([
      join(root, key),
    ]);
  });

  test("that cannot be joined keep their room: what was half joined an hour ago goes first, and nothing new stays", async () => {
    const [old, young] = [join(attempt, "joined-old"), join(attempt, "joined-young")];
    for (const path of [old, young]) await writeFile(path, "half");
    await utimes(old, anHourAgo, anHourAgo);
    // A part that cannot be read.
    await rm(join(attempt, "2"));
    await mkdir(join(attempt, "2"));
    const wanted = [
      { number: 1, size: first.length },
      { number: 2, size: (await stat(join(attempt, "2"))).size },
    ];
    await expect(storage.completeMultipartUpload(key, id, wanted)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect((await readdir(attempt)).sort()).toEqual(["1", "2", "joined-young"]);
  });

  test("survive however old they are when another process starts to write", async () => {
    for (const name of await readdir(attempt)) await utimes(join(attempt, name), anHourAgo, anHourAgo);
    await utimes(attempt, anHourAgo, anHourAgo);
    await open().put("other", Buffer.of(1), { type: "text/plain", size: 1 });
    expect(await storage.listParts(key, id)).toEqual(parts);
  });

  test("are found again by another process, with the time they began", async () => {
    const found: MultipartUpload[] = [];
    for await (const each of open().listMultipartUploads("quarantine/")) found.push(each);
    expect(found).toMatchObject([{ key, multipartId: id }]);
    expect(Math.abs(Number(found[0]?.initiatedAt) - Date.now())).toBeLessThan(10_000);
  });

  test("are unavailable, not gone, where the disk has gone", async () => {
    expect(await storage.stat("other")).toBeNull();
    await rm(root, { recursive: true });
    await expect(storage.listParts(key, id)).rejects.toMatchObject({ code: "unavailable" });
    await expect(storage.abortMultipartUpload(key, id)).rejects.toMatchObject({ code: "unavailable" });
    await expect(storage.completeMultipartUpload(key, id, parts)).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(storage.listMultipartUploads("").next()).rejects.toMatchObject({ code: "unavailable" });
  });
});

async function* oneChunk(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
