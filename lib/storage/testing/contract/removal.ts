import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { forEachConcurrently, listKeys, newKey, putSample } from "./samples";
import type { ContractSubject } from "./subject";

export function testRemoval(subject: () => ContractSubject): void {
  describe("removeMany", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("deletes 1,001 objects and no other, and ignores missing ones", async () => {
      const run = `many-${randomUUID()}`;
      const keys = Array.from({ length: 1001 }, (_, index) => `${run}/${index % 7}/${index}`);
      const beside = `${run}/6/neighbour`;
      await forEachConcurrently([...keys, beside], (key) => putSample(storage, "x", key));
      await storage.removeMany([`${run}/absent`, ...keys, `${run}/none/at/all`]);
      expect(await listKeys(storage, `${run}/`)).toEqual([beside]);
      await storage.removeMany([beside]);
      await storage.removeMany(keys);
      expect(await listKeys(storage, `${run}/`)).toEqual([]);
    }, 60_000);

    test("accepts an empty list", async () => {
      await expect(storage.removeMany([])).resolves.toBeUndefined();
    });

    test("deletes nothing if one key is invalid", async () => {
      const key = await putSample(storage, "x", newKey());
      await expect(storage.removeMany([key, "../x"])).rejects.toThrow("Not a storage key");
      expect(await storage.stat(key)).not.toBeNull();
    });
  });
}
