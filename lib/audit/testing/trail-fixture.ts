import { createTestDatabase } from "../../../tests/support/database";
import type { Db } from "../../db/client";
import { newId } from "../../id";
import { createMemoryStorages } from "../../storage/testing/memory-storage";
import { appendToTrail, type TrailEntry } from "../trail";
import { trailKeyFromEnv } from "../trail-key";
import { verifyTrail } from "../verify-trail";

export const trailKeyOf = (secret: string) =>
  trailKeyFromEnv({ TRAIL_SECRET: secret, AUTH_SECRET: "not used" });

/** Creates a database, storages in memory and a clock that moves only with `advanceClock`. */
export async function createTrailFixture() {
  const database = await createTestDatabase();
  let now = new Date("2026-11-30T10:00:00Z");
  const context = {
    db: database.db,
    storages: createMemoryStorages(),
    clock: { now: () => new Date(now) },
    trailKey: trailKeyOf("the secret of this trail"),
  };
  const { db } = context;

  async function append(...entries: TrailEntry[]): Promise<void> {
    await db.$transaction((tx) => appendToTrail(tx, context, entries));
  }

  return {
    context,
    db,
    url: database.url,
    append,
    /** Appends one entry after the other about one subject, and returns the subject. */
    async appendChain(count: number, subjectId = newId()): Promise<string> {
      await append(...Array.from({ length: count }, (_, index) => testEntry(subjectId, index)));
      return subjectId;
    },
    readChain: (chainId: string) => db.trail.findMany({ where: { chainId }, orderBy: { position: "asc" } }),
    verify: (parts: Partial<typeof context> = {}) => verifyTrail({ ...context, ...parts }),
    tamper: (...statements: string[]) => tamperWithTrail(db, ...statements),
    advanceClock: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    async empty(): Promise<void> {
      await emptyTrail(db);
      context.storages = createMemoryStorages();
    },
    drop: database.drop,
  };
}

export type TrailFixture = Awaited<ReturnType<typeof createTrailFixture>>;

export const testEntry = (subjectId: string, objects: number): TrailEntry => ({
  event: "bytes.destroyed",
  subjectId,
  detail: { storage: "private", reason: "withdrawn", objects },
});

/** Deletes all entries, as only the owner of the tables can. */
export function emptyTrail(db: Db): Promise<void> {
  return tamperWithTrail(
    db,
    `DELETE FROM "PersonKey"`,
    `DELETE FROM "Trail"`,
    `DELETE FROM "TrailHead"`,
    `DELETE FROM "TrailPublishedHeads"`,
  );
}

/** Runs statements without the triggers, as the owner of the tables can. */
export async function tamperWithTrail(db: Db, ...statements: string[]): Promise<void> {
  const tables = ["Trail", "TrailPublishedHeads"];
  await db.$transaction([
    ...tables.map((table) => db.$executeRawUnsafe(`ALTER TABLE "${table}" DISABLE TRIGGER USER`)),
    ...statements.map((statement) => db.$executeRawUnsafe(statement)),
    ...tables.map((table) =>
      db.$executeRawUnsafe(`ALTER TABLE "${table}" ENABLE ALWAYS TRIGGER "${table}_append_only"`),
    ),
    db.$executeRawUnsafe(`ALTER TABLE "Trail" ENABLE ALWAYS TRIGGER "Trail_in_a_chain"`),
  ]);
}
