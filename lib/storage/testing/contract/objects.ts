import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { listKeys, newKey, putSample, readByChunks, readText, signedPutOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testObjects(subject: () => ContractSubject): void {
  describe("objects", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("put stores the bytes, their size and a date", async () => {
      const key = newKey();
      await storage.put(key, Buffer.from("hello"), { type: "text/plain", size: 5 });
      expect(await readText(storage, key)).toBe("hello");
      const stat = await storage.stat(key);
      expect(stat?.size).toBe(5);
      expect(Math.abs(Number(stat?.modifiedAt) - Date.now())).toBeLessThan(60_000);
    });

    test("put accepts a stream of known length", async () => {
      const key = newKey();
      const bytes = randomBytes(3_000_000);
      const body = Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]);
      await storage.put(key, body, { type: "application/pdf", size: bytes.length });
      expect((await buffer(await storage.read(key))).equals(bytes)).toBe(true);
    });

    test.each([4, 6])("put rejects a body of %i instead of 5 bytes", async (size) => {
      for (const body of [Buffer.alloc(size), Readable.from([Buffer.alloc(size)])]) {
        const key = newKey();
        const put = storage.put(key, body, { type: "text/plain", size: 5 });
        await expect(put).rejects.toMatchObject({ code: "content_mismatch" });
        expect(await storage.stat(key)).toBeNull();
      }
    });

    test("put stops an endless stream and leaves no object", async () => {
      const key = newKey();
      const put = storage.put(key, Readable.from(endlessChunks()), { type: "text/plain", size: 100_000 });
      await expect(put).rejects.toMatchObject({ code: "content_mismatch" });
      expect(await storage.stat(key)).toBeNull();
    });

    test("put fails with the error of its stream and leaves no object", async () => {
      const key = newKey();
      const body = Readable.from(failingChunks());
      await expect(storage.put(key, body, { type: "text/plain", size: 9 })).rejects.toThrow(
        "the source broke",
      );
      expect(await storage.stat(key)).toBeNull();
    });

    test("an object may be empty", async () => {
      const key = newKey();
      await storage.put(key, new Uint8Array(), { type: "text/plain", size: 0 });
      expect((await storage.stat(key))?.size).toBe(0);
      expect(await readText(storage, key)).toBe("");
      expect(await readText(storage, key, { start: 0, end: 9 })).toBe("");
    });

    test("a range is inclusive and ends with the object", async () => {
      const key = await putSample(storage, "0123456789");
      expect(await readText(storage, key, { start: 2, end: 4 })).toBe("234");
      expect(await readText(storage, key, { start: 0, end: 0 })).toBe("0");
      expect(await readText(storage, key, { start: 8, end: 99 })).toBe("89");
      expect(await readText(storage, key, { start: 10, end: 20 })).toBe("");
    });

    test("forEachChunk passes every byte in order", async () => {
      const bytes = randomBytes(3_000_000);
      const key = newKey();
      await storage.put(key, bytes, { type: "application/pdf", size: bytes.length });
      expect((await readByChunks(storage, key)).equals(bytes)).toBe(true);
      expect((await readByChunks(storage, await putSample(storage, ""))).length).toBe(0);
    });

    test("forEachChunk stops with the error that its callback throws", async () => {
      const key = newKey();
      await storage.put(key, randomBytes(3_000_000), { type: "application/pdf", size: 3_000_000 });
      let calls = 0;
      const drain = storage.forEachChunk(key, () => {
        calls += 1;
        throw new Error("enough");
      });
      await expect(drain).rejects.toThrow("enough");
      expect(calls).toBe(1);
    });

    test("a missing object is null for stat, not_found for read and copy", async () => {
      const key = newKey();
      expect(await storage.stat(key)).toBeNull();
      await expect(storage.read(key)).rejects.toMatchObject({ code: "not_found" });
      await expect(storage.read(key, { start: 0, end: 1 })).rejects.toMatchObject({ code: "not_found" });
      await expect(readByChunks(storage, key)).rejects.toMatchObject({ code: "not_found" });
      const copy = storage.copy(key, storage, newKey(), { type: "text/plain", size: 1 });
      await expect(copy).rejects.toMatchObject({ code: "not_found" });
    });

    test("put does not overwrite an object", async () => {
      const key = await putSample(storage, "first");
      for (const body of [Buffer.from("other"), Readable.from([Buffer.from("other")])]) {
        const second = storage.put(key, body, { type: "text/plain", size: 5 });
        await expect(second).rejects.toMatchObject({ code: "conflict" });
      }
      expect(await readText(storage, key)).toBe("first");
    });

    test("exactly one of eight concurrent puts of a key succeeds", async () => {
      const key = newKey();
      const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(100_000, index));
      const puts = bodies.map((body) => storage.put(key, body, { type: "text/plain", size: body.length }));
      const outcomes = await Promise.allSettled(puts);
      const winners = outcomes.flatMap((outcome, index) => (outcome.status === "fulfilled" ? [index] : []));
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
      expect((await buffer(await storage.read(key))).equals(bodies[winners[0] ?? -1] ?? Buffer.of())).toBe(
        true,
      );
    });

    test("copy keeps the bytes across classes and does not overwrite", async () => {
      const key = await putSample(storage, "picture");
      const to = subject().storages.public;
      const toKey = newKey();
      await storage.copy(key, to, toKey, { type: "image/webp", size: 7 });
      expect(await readText(to, toKey)).toBe("picture");
      expect(await readText(storage, key)).toBe("picture");
      const other = await putSample(storage, "another");
      await expect(storage.copy(other, to, toKey, { type: "image/webp", size: 7 })).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await readText(to, toKey)).toBe("picture");
    });

    test("remove deletes an object and succeeds again", async () => {
      const key = await putSample(storage, "x");
      await storage.remove(key);
      expect(await storage.stat(key)).toBeNull();
      await storage.remove(key);
      await storage.put(key, Buffer.from("y"), { type: "text/plain", size: 1 });
      expect(await readText(storage, key)).toBe("y");
    });

    test("list is in byte order and takes its prefix literally", async () => {
      const run = `list-${randomUUID()}`;
      const names = ["a/c", "a-b", "a.b", "a/b/c", "a0", "a_b", "b", "ab/x"];
      for (const name of names) await putSample(storage, "1", `${run}/${name}`);
      const ordered = ["a-b", "a.b", "a/b/c", "a/c", "a0", "a_b", "ab/x", "b"];
      expect(await listKeys(storage, `${run}/`)).toEqual(ordered.map((name) => `${run}/${name}`));
      expect(await listKeys(storage, `${run}/a/`)).toEqual([`${run}/a/b/c`, `${run}/a/c`]);
      expect(await listKeys(storage, `${run}/ab`)).toEqual([`${run}/ab/x`]);
      expect(await listKeys(storage, `${run}/none`)).toEqual([]);
      for await (const entry of storage.list(`${run}/b`))
        expect(entry).toMatchObject({ key: `${run}/b`, size: 1 });
    });

    test.each([
      "",
      "/a",
      "a/",
      "a//b",
      "../a",
      "a/../b",
      "a/./b",
      ".tmp/a",
      "a/.b",
      "A",
      "a b",
      "a\0",
      "a%2fb",
      "é",
      "a".repeat(256),
      "a/".repeat(256).concat("a"),
    ])("every method throws for the invalid key %j", async (key) => {
      const type = "text/plain";
      const get = { type, disposition: "inline", name: "x", expiresIn: 9 } as const;
      const calls = [
        () => storage.put(key, Buffer.of(1), { type, size: 1 }),
        () => storage.stat(key),
        () => storage.read(key),
        () => readByChunks(storage, key),
        () => storage.remove(key),
        () => storage.copy(key, storage, newKey(), { type, size: 1 }),
        () => storage.signPut(key, { ...signedPutOptions(Buffer.of(1)), type }),
        () => storage.signGet(key, get),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow("Not a storage key");
    });

    test("the health check passes", async () => {
      await expect(storage.checkHealth()).resolves.toBeUndefined();
    });
  });
}

async function* endlessChunks() {
  for (;;) yield Buffer.alloc(60_000);
}

async function* failingChunks() {
  yield Buffer.from("1234");
  throw new Error("the source broke");
}
