import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import type { Subject } from "../contract";
import { eachOf, keysOf, newKey, stored } from "./samples";

export function removalContract(subject: () => Subject): void {
  describe("removing many", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("takes all of 1,001 away, and nothing else, and minds none that is not there", async () => {
      const run = `many-${randomUUID()}`;
      const keys = Array.from({ length: 1001 }, (_, index) => `${run}/${index % 7}/${index}`);
      const beside = `${run}/6/neighbour`;
      await eachOf([...keys, beside], (key) => stored(storage, "x", key));
      await storage.removeAll([`${run}/absent`, ...keys, `${run}/none/at/all`]);
      expect(await keysOf(storage, `${run}/`)).toEqual([beside]);
      await storage.removeAll([beside]);
      await storage.removeAll(keys);
      expect(await keysOf(storage, `${run}/`)).toEqual([]);
    }, 60_000);

    test("of none is fine", async () => {
      await expect(storage.removeAll([])).resolves.toBeUndefined();
    });

    test("takes nothing away where one of them is no key", async () => {
      const key = await stored(storage, "x", newKey());
      await expect(storage.removeAll([key, "../x"])).rejects.toThrow("Not a storage key");
      expect(await storage.stat(key)).not.toBeNull();
    });
  });
}
