import { randomBytes, randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { isCampaign } from "../../../../tests/support/campaign";
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
  describe("a multipart upload", () => {
    const [first, second, last] = [randomBytes(MIN_PART_SIZE), randomBytes(MIN_PART_SIZE), randomBytes(1000)];
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    /** Creates an upload and sends these parts. */
    async function uploadParts(bytes: Map<number, Uint8Array>, key = newKey()) {
      const id = await storage.createMultipartUpload(key, { type });
      for (const [number, part] of bytes) expect(await sendPart(storage, key, id, number, part)).toBe(200);
      return { key, id };
    }
    const readObject = async (key: string) => buffer(await storage.read(key));

    test("joins parts that arrive in any order by their numbers", async () => {
      const { key, id } = await uploadParts(
        new Map([
          [3, last],
          [1, first],
          [2, second],
        ]),
      );
      await storage.completeMultipartUpload(key, id, toParts(first, second, last));
      expect((await readObject(key)).equals(Buffer.concat([first, second, last]))).toBe(true);
      expect((await storage.stat(key))?.size).toBe(2 * MIN_PART_SIZE + 1000);
      expect(await storage.listParts(key, id)).toBeNull();
      expect(await collectMultipartUploads(storage, key)).toEqual([]);
      const response = await sendRaw({
        method: "GET",
        url: await storage.signGet(key, signedGetOptions({})),
      });
      expect([response.status, response.body.length]).toEqual([200, 2 * MIN_PART_SIZE + 1000]);
    });

    test("accepts gaps between part numbers", async () => {
      const { key, id } = await uploadParts(
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
      expect((await readObject(key)).equals(Buffer.concat([first, last]))).toBe(true);
    });

    test("does not complete with a received part that is not listed", async () => {
      const { key, id } = await uploadParts(
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

    test("keeps the last part sent for each number", async () => {
      const other = randomBytes(1000);
      const { key, id } = await uploadParts(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      expect(await sendPart(storage, key, id, 2, other)).toBe(200);
      expect(await storage.listParts(key, id)).toEqual(toParts(first, other));
      await storage.completeMultipartUpload(key, id, toParts(first, other));
      expect((await readObject(key)).equals(Buffer.concat([first, other]))).toBe(true);
    });

    test("completes only after every part has arrived with its size", async () => {
      const { key, id } = await uploadParts(
        new Map([
          [1, first],
          [3, last],
        ]),
      );
      const expected = toParts(first, second, last);
      const tooSoon = storage.completeMultipartUpload(key, id, expected);
      await expect(tooSoon).rejects.toMatchObject({ code: "not_uploaded" });
      expect(await sendPart(storage, key, id, 2, last)).toBe(200);
      const wrong = storage.completeMultipartUpload(key, id, expected);
      await expect(wrong).rejects.toMatchObject({ code: "not_uploaded" });
      expect(await storage.stat(key)).toBeNull();
      expect(await sendPart(storage, key, id, 2, second)).toBe(200);
      await storage.completeMultipartUpload(key, id, expected);
      expect((await storage.stat(key))?.size).toBe(2 * MIN_PART_SIZE + 1000);
    });

    test("completes once; a second completion is not_found and keeps the object", async () => {
      const { key, id } = await uploadParts(new Map([[1, last]]));
      await storage.completeMultipartUpload(key, id, toParts(last));
      const again = storage.completeMultipartUpload(key, id, toParts(last));
      await expect(again).rejects.toMatchObject({ code: "not_found" });
      await storage.abortMultipartUpload(key, id);
      expect((await readObject(key)).equals(last)).toBe(true);
    });

    test("does not overwrite an existing object", async () => {
      const { key, id } = await uploadParts(new Map([[1, last]]));
      await putSample(storage, "first", key);
      const complete = storage.completeMultipartUpload(key, id, toParts(last));
      await expect(complete).rejects.toMatchObject({ code: "conflict" });
      expect((await readObject(key)).toString()).toBe("first");
      await storage.abortMultipartUpload(key, id);
      expect((await readObject(key)).toString()).toBe("first");
    });

    test("leaves nothing after an abort and cannot be completed", async () => {
      const { key, id } = await uploadParts(
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

    test.each(["no-such-attempt", "..", "../../test", "."])("does not exist with the id %j", async (id) => {
      const key = newKey();
      expect(await storage.listParts(key, id)).toBeNull();
      const complete = storage.completeMultipartUpload(key, id, toParts(last));
      await expect(complete).rejects.toMatchObject({ code: "not_found" });
      await expect(storage.abortMultipartUpload(key, id)).resolves.toBeUndefined();
    });

    test("belongs to its key only", async () => {
      const { key, id } = await uploadParts(new Map([[1, last]]));
      const other = newKey();
      expect(await storage.listParts(other, id)).toBeNull();
      const complete = storage.completeMultipartUpload(other, id, toParts(last));
      await expect(complete).rejects.toMatchObject({ code: "not_found" });
      await storage.abortMultipartUpload(other, id);
      expect(await storage.listParts(key, id)).toEqual(toParts(last));
      await storage.abortMultipartUpload(key, id);
    });

    test("throws for no parts, repeated parts or a wrong order", async () => {
      const key = newKey();
      const [one, two] = [
        { number: 1, size: MIN_PART_SIZE },
        { number: 2, size: 1 },
      ];
      for (const parts of [[], [one, one], [two, one], [{ number: 0, size: 1 }]])
        await expect(storage.completeMultipartUpload(key, "x", parts)).rejects.toThrow(/part/);
      const wrong = "a/../b";
      const calls = [
        () => storage.createMultipartUpload(wrong, { type }),
        () => storage.listParts(wrong, "x"),
        () => storage.completeMultipartUpload(wrong, "x", [one]),
        () => storage.abortMultipartUpload(wrong, "x"),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow("Not a storage key");
      await expect(storage.listMultipartUploads("../").next()).rejects.toThrow("Not the prefix");
    });

    test("completes once under concurrent completions; the others get not_found", async () => {
      const { key, id } = await uploadParts(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      const calls = Array.from({ length: 4 }, () =>
        storage.completeMultipartUpload(key, id, toParts(first, last)),
      );
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toContain("fulfilled");
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "not_found" });
      expect((await readObject(key)).equals(Buffer.concat([first, last]))).toBe(true);
    });

    test("has a SHA-256 after a copy if the store computes it", async () => {
      const { key, id } = await uploadParts(
        new Map([
          [1, first],
          [2, last],
        ]),
      );
      await storage.completeMultipartUpload(key, id, toParts(first, last));
      const [copy, { hashesCopies }] = [newKey(), subject().capabilities];
      await storage.copy(key, storage, copy, { type, size: first.length + last.length });
      expect((await readObject(copy)).equals(Buffer.concat([first, last]))).toBe(true);
      const expectedSha256 = hashesCopies ? sha256(Buffer.concat([first, last])) : undefined;
      expect((await storage.stat(copy))?.sha256).toBe(expectedSha256);
      expect((await storage.stat(key))?.sha256).toBeUndefined();
    });
  });

  describe("the list of unfinished uploads", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("selects by key prefix, has dates and no objects", async () => {
      const run = `unfinished-${randomUUID()}`;
      const ids = new Map<string, string>();
      for (const name of ["a", "a/b", "a/b", "a/c/d", "ab", "b"]) {
        const id = await storage.createMultipartUpload(`${run}/${name}`, { type });
        ids.set(id, `${run}/${name}`);
        expect(await sendPart(storage, `${run}/${name}`, id, 1, Buffer.of(1))).toBe(200);
      }
      const found = await collectMultipartUploads(storage, `${run}/`);
      expect(new Map(found.map(({ multipartId, key }) => [multipartId, key]))).toEqual(ids);
      for (const { initiatedAt } of found)
        expect(Math.abs(initiatedAt.getTime() - Date.now())).toBeLessThan(60_000);
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

    // A store lists 1,000 entries in one page: a campaign tries one more.
    const count = isCampaign ? 1001 : 21;

    test(`returns all of ${count} uploads and of ${count} parts`, async () => {
      const run = `pages-${randomUUID()}`;
      const names = Array.from({ length: count }, (_, index) => `${run}/${index}`);
      await forEachConcurrently(names, (key) => storage.createMultipartUpload(key, { type }));
      const found = await collectMultipartUploads(storage, `${run}/`);
      expect(found.map(({ key }) => key).sort()).toEqual(names.sort());
      const { key, multipartId } = found[0] ?? { key: "", multipartId: "" };
      await forEachConcurrently(
        Array.from({ length: count }, (_, index) => index + 1),
        (number) => sendPart(storage, key, multipartId, number, Buffer.of(number % 256)),
      );
      const parts = await storage.listParts(key, multipartId);
      expect(parts).toEqual(Array.from({ length: count }, (_, index) => ({ number: index + 1, size: 1 })));
      await forEachConcurrently(found, (each) => storage.abortMultipartUpload(each.key, each.multipartId));
      expect(await collectMultipartUploads(storage, `${run}/`)).toEqual([]);
    }, 120_000);
  });
}

/** Describes these bytes as the parts 1, 2, 3 and so on. */
function toParts(...bytes: Uint8Array[]): Part[] {
  return bytes.map(({ length }, index) => ({ number: index + 1, size: length }));
}

async function collectMultipartUploads(storage: Storage, prefix: string): Promise<MultipartUpload[]> {
  const found: MultipartUpload[] = [];
  for await (const each of storage.listMultipartUploads(prefix)) found.push(each);
  return found;
}
