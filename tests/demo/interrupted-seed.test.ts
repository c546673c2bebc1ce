import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TOMBSTONE_PREFIX } from "@/lib/files/tombstones";
import { DecoderPool } from "@/lib/inspect/decoder-pool";
import { systemClock } from "../../lib/clock";
import { Problem } from "../../lib/errors";
import { silentLog } from "../../lib/observability/log";
import { createStorages } from "../../lib/storage/factory";
import type { Storages } from "../../lib/storage/storage";
import { seedDemoOrClear } from "../../prisma/demo/seed-demo";
import { DEMO_LIMITS } from "../../prisma/seed";
import { withFault } from "../support/app/faulty-storage";
import { createTestDatabase, type TestDatabase } from "../support/database";

const secret = "a secret that only this test knows, long enough";
const folder = mkdtempSync(join(tmpdir(), "dossier-demo-"));
let database: TestDatabase;
let storages: Storages;

beforeAll(async () => {
  database = await createTestDatabase();
  storages = createStorages(
    { driver: "local", folder, baseUrl: "http://localhost:3000", secret },
    systemClock,
  );
});
afterAll(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function seedThrough(through: Storages): Promise<void> {
  return seedDemoOrClear({
    db: database.db,
    storages: through,
    clock: systemClock,
    limits: DEMO_LIMITS,
    timeZone: "UTC",
    log: silentLog,
    trailKey: Buffer.alloc(32),
    decoders: new DecoderPool(),
  });
}

/** Counts what is there of the demo, without the marks of its destroyed files. */
async function countLeftovers(): Promise<{ people: number; purges: number; objects: number }> {
  let objects = 0;
  for (const storage of Object.values(storages))
    for await (const { key } of storage.list("")) if (!key.startsWith(TOMBSTONE_PREFIX)) objects += 1;
  return { people: await database.db.user.count(), purges: await database.db.purge.count(), objects };
}

/** Wraps the private storage so that it fails after some puts, and its removals too if asked. */
function failAfter(puts: number, { removable }: { removable: boolean }): Storages {
  const unavailable = new Problem("unavailable", "The files cannot be reached at the moment.");
  let taken = 0;
  const { private: working } = storages;
  const removal = async () => {
    if (!removable && taken > puts) throw unavailable;
  };
  const failing = withFault(working, {
    put: async (...args) => {
      taken += 1;
      if (taken > puts) throw unavailable;
      return working.put(...args);
    },
    remove: (...args) => removal().then(() => working.remove(...args)),
    removeMany: (...args) => removal().then(() => working.removeMany(...args)),
  });
  return { ...storages, private: failing };
}

describe("an interrupted seed of the demo", { timeout: 120_000 }, () => {
  test("an interrupted seed is removed and says what to do", async () => {
    await expect(seedThrough(failAfter(25, { removable: true }))).rejects.toThrow(
      /cannot be reached at the moment[\s\S]*Start again[\s\S]*DEMO=off/,
    );
    expect(await countLeftovers()).toEqual({ people: 0, purges: 0, objects: 0 });
  });

  test("a partly removed seed is reported and completed by the next start", async () => {
    await expect(seedThrough(failAfter(25, { removable: false }))).rejects.toThrow("a part of it is left");
    expect((await countLeftovers()).objects).toBeGreaterThan(0);
    await seedThrough(storages);
    const { people, objects } = await countLeftovers();
    const files = await database.db.file.findMany({ where: { purgedAt: null } });
    expect(people).toBe(11);
    expect(objects).toBe(
      files.reduce((sum, { variants, publicPrefix }) => {
        const pictures = Array.isArray(variants) ? variants.length : 0;
        return sum + 1 + pictures + (publicPrefix ? pictures : 0);
      }, 0),
    );
  });
});
