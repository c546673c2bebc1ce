import { randomBytes, randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import type { MultipartUpload, Part, Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { sendPart } from "./requests";
import {
  forEachConcurrently,
  listKeys,
  MIN_PART_SIZE,
  newKey,
  putSample,
  sha256,
  signedGetOptions,
} from "./samples";
import type { ContractSubject } from "./subject";

const type = "application/pdf";

export function testMultipartUploads(subject: () => ContractSubject): void {
  describe("an object in parts", () => {
    const [first, second, last] = [randomBytes(MIN_PART_SIZE), randomBytes(MIN_PART_SIZE), randomBytes(1000)];
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    /** An attempt that these parts have arrived for. */
    async function attempt(bytes: Map<number, Uint8Array>, key = newKey()) {
      const id = await storage.createMultipartUpload(key, { type });
      for (const [number, part] of bytes) expect(await sendPart(storage, key, id, number, part)).toBe(200);
      return { key, id };
    }
    const whole = async (key: string) => buffer(await storage.read(key));

    test("that arrive in any order becomes one, in the order of their numbers", async () => {
      const { key, id } = await attempt(
        new Map([
          [3, last],
          [1, first],
          [2, second],
        ]),
      );
      await storage.completeMultipartUpload(key, id, toParts(first, second, last));
      expect((await whole(key)).equals(Buffer.concat([first, second, last]))).toBe(true);
      expect((await storage.stat(key))?.size).toBe(2 * MIN_PART_SIZE + 1000);
      expect(await storage.listParts(key, id)).toBeNull();
      expect(await collectMultipartUploads(storage, key)).toEqual([]);
      const answer = await sendRaw({ method: "GET", url: await storage.signGet(key, signedGetOptions({})) });
      expect([answer.status, answer.body.length]).toEqual([200, 2 * MIN_PART_SIZE + 1000]);
    });

    test("takes the number of a part literally: there may be gaps", async () => {
      const { key, id } = await attempt(
        new Map([
          [2, first],
          [10, last],
        ]),
      );
      const parts = [
        { number: 2, size: MIN_PART_SIZE },
        { number: 10, size: 1000 },
      ];
      await storage.completeMultipartUpload(key, id, parts);
      expect((await whole(key)).equals(Buffer.concat([first, last]))).toBe(true);
    });

    test("is not made while a part has arrived that is not among those named", async () => {
      const { key, id } = await attempt(
        new Map([
          [1, first],
          [2, last],
          [3, second],
        ]),
      );
      const complete = storage.completeMultipartUpload(key, id, toParts(first, last));
      await expect(complete).rejects.toMatchObject({ code: "not_uploaded" });
      expect(await storage.stat(key)).toBeNull();
      await storage.abortMultipartUpload(key, id);
    });

    test("has the last one sent of each number", async () => {
      const other = randomBytes(1000);
      const { key, id } = await attempt(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      expect(await sendPart(storage, key, id, 2, other)).toBe(200);
      expect(await storage.listParts(key, id)).toEqual(toParts(first, other));
      await storage.completeMultipartUpload(key, id, toParts(first, other));
      expect((await whole(key)).equals(Buffer.concat([first, other]))).toBe(true);
    });

    test("is not made while a part is missing or of another size, and can be made afterwards", async () => {
      const { key, id } = await attempt(
        new Map([
          [1, first],
          [3, last],
        ]),
      );
      const wanted = toParts(first, second, last);
      const tooSoon = storage.completeMultipartUpload(key, id, wanted);
      await expect(tooSoon).rejects.toMatchObject({ code: "not_uploaded" });
      expect(await sendPart(storage, key, id, 2, last)).toBe(200);
      const wrong = storage.completeMultipartUpload(key, id, wanted);
      await expect(wrong).rejects.toMatchObject({ code: "not_uploaded" });
      expect(await storage.stat(key)).toBeNull();
      expect(await sendPart(storage, key, id, 2, second)).toBe(200);
      await storage.completeMultipartUpload(key, id, wanted);
      expect((await storage.stat(key))?.size).toBe(2 * MIN_PART_SIZE + 1000);
    });

    test("is made once: the second time there is no such attempt, and the bytes stay", async () => {
      const { key, id } = await attempt(new Map([[1, last]]));
      await storage.completeMultipartUpload(key, id, toParts(last));
      const again = storage.completeMultipartUpload(key, id, toParts(last));
      await expect(again).rejects.toMatchObject({ code: "not_found" });
      await storage.abortMultipartUpload(key, id);
      expect((await whole(key)).equals(last)).toBe(true);
    });

    test("overwrites nothing", async () => {
      const { key, id } = await attempt(new Map([[1, last]]));
      await putSample(storage, "first", key);
      const complete = storage.completeMultipartUpload(key, id, toParts(last));
      await expect(complete).rejects.toMatchObject({ code: "conflict" });
      expect((await whole(key)).toString()).toBe("first");
      await storage.abortMultipartUpload(key, id);
      expect((await whole(key)).toString()).toBe("first");
    });

    test("that is aborted leaves nothing, and stays so", async () => {
      const { key, id } = await attempt(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      await storage.abortMultipartUpload(key, id);
      await storage.abortMultipartUpload(key, id);
      expect(await storage.listParts(key, id)).toBeNull();
      const complete = storage.completeMultipartUpload(key, id, toParts(first, last));
      await expect(complete).rejects.toMatchObject({ code: "not_found" });
      expect(await storage.stat(key)).toBeNull();
      expect(await collectMultipartUploads(storage, key)).toEqual([]);
    });

    test.each(["no-such-attempt", "..", "../../test", "."])("knows no attempt called %j", async (id) => {
      const key = newKey();
      expect(await storage.listParts(key, id)).toBeNull();
      const complete = storage.completeMultipartUpload(key, id, toParts(last));
      await expect(complete).rejects.toMatchObject({ code: "not_found" });
      await expect(storage.abortMultipartUpload(key, id)).resolves.toBeUndefined();
    });

    test("belongs to its own key", async () => {
      const { key, id } = await attempt(new Map([[1, last]]));
      const other = newKey();
      expect(await storage.listParts(other, id)).toBeNull();
      const complete = storage.completeMultipartUpload(other, id, toParts(last));
      await expect(complete).rejects.toMatchObject({ code: "not_found" });
      await storage.abortMultipartUpload(other, id);
      expect(await storage.listParts(key, id)).toEqual(toParts(last));
      await storage.abortMultipartUpload(key, id);
    });

    test("is a bug where no part, a part twice or another order is asked for", async () => {
      const key = newKey();
      const [one, two] = [
        { number: 1, size: MIN_PART_SIZE },
        { number: 2, size: 1 },
      ];
      for (const parts of [[], [one, one], [two, one], [{ number: 0, size: 1 }]])
        await expect(storage.completeMultipartUpload(key, "x", parts)).rejects.toThrow(/part/);
      const wrong = "a/../b";
      const tries = [
        () => storage.createMultipartUpload(wrong, { type }),
        () => storage.listParts(wrong, "x"),
        () => storage.completeMultipartUpload(wrong, "x", [one]),
        () => storage.abortMultipartUpload(wrong, "x"),
      ];
      for (const attempt of tries) await expect(attempt()).rejects.toThrow("Not a storage key");
      await expect(storage.listMultipartUploads("../").next()).rejects.toThrow("Not the prefix");
    });

    test("that many want to make at once is made, and all of them say so or that it is over", async () => {
      const { key, id } = await attempt(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      const tries = Array.from({ length: 4 }, () =>
        storage.completeMultipartUpload(key, id, toParts(first, last)),
      );
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.map(({ status }) => status)).toContain("fulfilled");
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "not_found" });
      expect((await whole(key)).equals(Buffer.concat([first, last]))).toBe(true);
    });

    test("copied, has its SHA-256 told by a store that computes it", async () => {
      const { key, id } = await attempt(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      await storage.completeMultipartUpload(key, id, toParts(first, last));
      const [copy, { hashesCopies }] = [newKey(), subject().capabilities];
      await storage.copy(key, storage, copy, { type, size: first.length + last.length });
      expect((await whole(copy)).equals(Buffer.concat([first, last]))).toBe(true);
      const told = hashesCopies ? sha256(Buffer.concat([first, last])) : undefined;
      expect((await storage.stat(copy))?.sha256).toBe(told);
      expect((await storage.stat(key))?.sha256).toBeUndefined();
    });
  });

  describe("what is unfinished", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("is found by the beginning of its key, each attempt with its own date, and is no object", async () => {
      const run = `unfinished-${randomUUID()}`;
      const ids = new Map<string, string>();
      for (const name of ["a", "a/b", "a/b", "a/c/d", "ab", "b"]) {
        const id = await storage.createMultipartUpload(`${run}/${name}`, { type });
        ids.set(id, `${run}/${name}`);
        expect(await sendPart(storage, `${run}/${name}`, id, 1, Buffer.of(1))).toBe(200);
      }
      const found = await collectMultipartUploads(storage, `${run}/`);
      expect(new Map(found.map(({ multipartId, key }) => [multipartId, key]))).toEqual(ids);
      for (const { initiatedAt: begunAt } of found)
        expect(Math.abs(begunAt.getTime() - Date.now())).toBeLessThan(60_000);
      const keysBelow = async (prefix: string) =>
        (await collectMultipartUploads(storage, prefix)).map(({ key }) => key);
      expect(await keysBelow(`${run}/a/b`)).toEqual([`${run}/a/b`, `${run}/a/b`]);
      expect(await keysBelow(`${run}/a/c/`)).toEqual([`${run}/a/c/d`]);
      expect(new Set(await keysBelow(`${run}/a`))).toEqual(
        new Set(["a", "a/b", "a/c/d", "ab"].map((name) => `${run}/${name}`)),
      );
      expect(await listKeys(storage, `${run}/`)).toEqual([]);
      for (const [id, key] of ids) await storage.abortMultipartUpload(key, id);
      expect(await keysBelow(`${run}/`)).toEqual([]);
    });

    test("is found whole where it fills more than a page, attempts and parts alike", async () => {
      const run = `pages-${randomUUID()}`;
      const names = Array.from({ length: 1001 }, (_, index) => `${run}/${index}`);
      await forEachConcurrently(names, (key) => storage.createMultipartUpload(key, { type }));
      const found = await collectMultipartUploads(storage, `${run}/`);
      expect(found.map(({ key }) => key).sort()).toEqual(names.sort());
      const { key, multipartId } = found[0] ?? { key: "", multipartId: "" };
      await forEachConcurrently(
        Array.from({ length: 1001 }, (_, index) => index + 1),
        (number) => sendPart(storage, key, multipartId, number, Buffer.of(number % 256)),
      );
      const parts = await storage.listParts(key, multipartId);
      expect(parts).toEqual(Array.from({ length: 1001 }, (_, index) => ({ number: index + 1, size: 1 })));
      await forEachConcurrently(found, (each) => storage.abortMultipartUpload(each.key, each.multipartId));
      expect(await collectMultipartUploads(storage, `${run}/`)).toEqual([]);
    }, 120_000);
  });
}

/** These bytes as the parts 1, 2, 3 and so on. */
function toParts(...bytes: Uint8Array[]): Part[] {
  return bytes.map(({ length }, index) => ({ number: index + 1, size: length }));
}

async function collectMultipartUploads(storage: Storage, prefix: string): Promise<MultipartUpload[]> {
  const found: MultipartUpload[] = [];
  for await (const each of storage.listMultipartUploads(prefix)) found.push(each);
  return found;
}
