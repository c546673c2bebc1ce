import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { isCampaign } from "../../../../tests/support/campaign";
import type { Storage } from "../../storage";
import { forEachConcurrently, listKeys, newKey, putSample } from "./samples";
import type { ContractSubject } from "./subject";

export function testRemoval(subject: () => ContractSubject): void {
  describe("removeMany", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    // A store deletes 1,000 objects in one request: a campaign tries one more.
    const count = isCampaign ? 1001 : 21;

    test(`deletes ${count} objects and no other, and ignores missing ones`, async () => {
      const run = `many-${randomUUID()}`;
      const keys = Array.from({ length: count }, (_, index) => `${run}/${index % 7}/${index}`);
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
