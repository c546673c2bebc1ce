import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { createLocalStorage } from "./local-storage";

const folder = await mkdtemp(join(tmpdir(), "dossier-crowd-"));
afterAll(() => rm(folder, { recursive: true }));

test("writes files while concurrent calls remove the same folders", async () => {
  const storage = createLocalStorage({
    class: "private",
    folder,
    baseUrl: "http://localhost:3000",
    secret: "a secret of the test that is long enough",
    clock: systemClock,
  });
  const body = new Uint8Array(1);
  const putAndRemove = async (person: number) => {
    for (let turn = 0; turn < 150; turn += 1) {
      const key = `quarantine/${turn % 3}/${person}-${turn}`;
      await storage.put(key, body, { type: "image/png", size: 1 });
      await storage.remove(key);
    }
  };
  await Promise.all([1, 2, 3, 4, 5].map(putAndRemove));
  expect((await storage.list("").next()).done).toBe(true);
});
