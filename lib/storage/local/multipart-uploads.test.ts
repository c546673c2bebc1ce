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

describe("a multipart upload on a disk", () => {
  let storage: LocalStorage;
  let root: string;
  let id: string;
  let uploadFolder: string;
  const key = "quarantine/x";

  beforeEach(async () => {
    root = await mkdtemp(join(folder, "root-"));
    storage = open();
    id = await storage.createMultipartUpload(key, { type: "application/pdf" });
    uploadFolder = join(root, ".parts", key, `.${id}`);
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

  async function listAllFiles(): Promise<string[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  async function expectCompleted(): Promise<void> {
    expect((await readFile(join(root, key))).equals(Buffer.concat([first, second]))).toBe(true);
    expect(await listAllFiles()).toEqual([join(root, key)]);
    expect(await readdir(join(root, ".parts"))).toEqual([]);
  }

  test("becomes the object and leaves no file or folder", async () => {
    await storage.completeMultipartUpload(key, id, parts);
    await expectCompleted();
  });

  test("completes after a crash while its parts were joined", async () => {
    await writeFile(join(uploadFolder, "joined-half"), first.subarray(0, 100));
    await storage.completeMultipartUpload(key, id, parts);
    await expectCompleted();
  });

  test("completes after a crash when the object already existed", async () => {
    await writeFile(join(uploadFolder, "joined-whole"), Buffer.concat([first, second]));
    await mkdir(join(root, "quarantine"));
    await link(join(uploadFolder, "joined-whole"), join(root, key));
    await storage.completeMultipartUpload(key, id, parts);
    await expectCompleted();
  });

  test("can be aborted after such a crash; the object stays", async () => {
    await writeFile(join(uploadFolder, "joined-whole"), Buffer.concat([first, second]));
    await mkdir(join(root, "quarantine"));
    await link(join(uploadFolder, "joined-whole"), join(root, key));
    await storage.abortMultipartUpload(key, id);
    await expectCompleted();
  });

  test("completes once under concurrent completions and aborts", async () => {
    for (let round = 0; round < 25; round += 1) {
      const target = `crowd/${round}`;
      const multipartId = await storage.createMultipartUpload(target, { type: "application/pdf" });
      await receive(1, second, target, multipartId);
      const expected = [{ number: 1, size: second.length }];
      const complete = () => storage.completeMultipartUpload(target, multipartId, expected);
      const calls = [complete(), complete(), storage.abortMultipartUpload(target, multipartId), complete()];
      const outcomes = await Promise.allSettled(calls);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "not_found" });
      expect(await storage.listParts(target, multipartId)).toBeNull();
      const size = (await storage.stat(target))?.size;
      expect([undefined, second.length]).toContain(size);
    }
    await storage.completeMultipartUpload(key, id, parts);
    expect((await listAllFiles()).filter((path) => !path.startsWith(join(root, "crowd")))).toEqual([
      join(root, key),
    ]);
  });

  test("removes stale joined files first and leaves none of its own", async () => {
    const [old, young] = [join(uploadFolder, "joined-old"), join(uploadFolder, "joined-young")];
    for (const path of [old, young]) await writeFile(path, "half");
    await utimes(old, anHourAgo, anHourAgo);
    // A part that cannot be read.
    await rm(join(uploadFolder, "2"));
    await mkdir(join(uploadFolder, "2"));
    const expected = [
      { number: 1, size: first.length },
      { number: 2, size: (await stat(join(uploadFolder, "2"))).size },
    ];
    await expect(storage.completeMultipartUpload(key, id, expected)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect((await readdir(uploadFolder)).sort()).toEqual(["1", "2", "joined-young"]);
  });

  test("survives at any age when another process writes", async () => {
    for (const name of await readdir(uploadFolder))
      await utimes(join(uploadFolder, name), anHourAgo, anHourAgo);
    await utimes(uploadFolder, anHourAgo, anHourAgo);
    await open().put("other", Buffer.of(1), { type: "text/plain", size: 1 });
    expect(await storage.listParts(key, id)).toEqual(parts);
  });

  test("is listed by another process with its creation time", async () => {
    const found: MultipartUpload[] = [];
    for await (const each of open().listMultipartUploads("quarantine/")) found.push(each);
    expect(found).toMatchObject([{ key, multipartId: id }]);
    expect(Math.abs(Number(found[0]?.initiatedAt) - Date.now())).toBeLessThan(10_000);
  });

  test("is unavailable, not missing, if the disk has disappeared", async () => {
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
