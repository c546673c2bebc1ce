import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { forEachConcurrently, listKeys, newKey, putSample } from "./samples";
import type { ContractSubject } from "./subject";

export function testRemoval(subject: () => ContractSubject): void {
  describe("removing many", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("takes all of 1,001 away, and nothing else, and minds none that is not there", async () => {
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

    test("of none is fine", async () => {
      await expect(storage.removeMany([])).resolves.toBeUndefined();
    });

    test("takes nothing away where one of them is no key", async () => {
      const key = await putSample(storage, "x", newKey());
      await expect(storage.removeMany([key, "../x"])).rejects.toThrow("Not a storage key");
      expect(await storage.stat(key)).not.toBeNull();
    });
  });
}
