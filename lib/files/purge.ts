import type { Tx } from "../db/client";
import { after, type Deps } from "../deps";
import { newId } from "../id";
import type { StorageClass } from "../storage/storage";

/** Everything below `prefix` in a storage, or the one object of that key, with the unfinished parts that are bound for it. */
export type Doomed = { storage: StorageClass; prefix: string; fileId?: string; multipartId?: string };

/**
 * Writes down that bytes are to be destroyed. Two uses: with the change that leaves them without an owner (`due` now), and ahead of
 * writing them, so that a crash leaves nothing unknown (`due` after the grace); the commit that adopts the bytes then `spare`s them.
 */
export async function doom(
  db: Tx,
  { clock }: Pick<Deps, "clock">,
  doomed: readonly Doomed[],
  inSeconds = 0,
): Promise<string[]> {
  const rows = doomed.map((each) => ({
    id: newId(),
    ...each,
    dueAt: after(clock, inSeconds),
    createdAt: clock.now(),
  }));
  if (rows.length > 0) await db.purge.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

/** Adopts bytes that were doomed ahead. False where their time is over: a sweep may be at them, and they must not be pointed at. */
export async function spare(
  db: Tx,
  { clock }: Pick<Deps, "clock">,
  purges: readonly string[],
): Promise<boolean> {
  const { count } = await db.purge.deleteMany({
    where: { id: { in: [...purges] }, dueAt: { gt: clock.now() } },
  });
  return count === purges.length;
}

/**
 * Carries purges out now. Fails with `unavailable` where the store is away; the rows are still there then, and a sweep will finish.
 * Safe to run twice, and beside another.
 */
export async function carryOut(
  { db, storages, reached }: Pick<Deps, "db" | "storages" | "reached">,
  purges: readonly string[],
): Promise<void> {
  for (const purge of await db.purge.findMany({ where: { id: { in: [...purges] } } })) {
    const storage = storages[purge.storage];
    if (purge.multipartId) await storage.abortParts(purge.prefix, purge.multipartId);
    // A prefix ends in a slash; anything else is one key, and its neighbours are none of our business.
    if (purge.prefix.endsWith("/")) {
      for await (const { key } of storage.list(purge.prefix)) await storage.remove(key);
    } else {
      await storage.remove(purge.prefix);
    }
    await reached?.("purge.removed");
    await db.purge.deleteMany({ where: { id: purge.id } });
  }
}

/** The same where the answer does not depend on it: what fails is left to the sweep, which finds the rows. */
export async function carryOutSoon(
  deps: Pick<Deps, "db" | "storages" | "reached">,
  purges: readonly string[],
): Promise<void> {
  try {
    await carryOut(deps, purges);
  } catch (cause) {
    console.warn("Bytes could not be destroyed yet; the sweep will do it.", cause);
  }
}
