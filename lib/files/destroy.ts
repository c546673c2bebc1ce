import { z } from "zod";
import { retried } from "../db/conflict";
import type { Deps } from "../deps";
import { reasonOf } from "../reason";
import { append } from "../register/trail";
import type { StorageClass } from "../storage/storage";

export type Destroying = Pick<Deps, "db" | "storages" | "clock" | "caches" | "reached" | "log">;

/** A row of `Purge` that was claimed. */
export type Claimed = {
  id: string;
  storage: StorageClass;
  prefix: string;
  fileId: string | null;
  multipartId: string | null;
};

/** How long a claim keeps others away. Longer than a batch takes; where it is not, two destroy the same, which does no harm. */
export const LEASE_SECONDS = 120;

/** Objects held in mind for one row, and removed in one call. */
const MOST = 1000;
const AT_ONCE = 8;

/**
 * Destroys what these rows name, and removes them: the objects first, then what caches keep of them, then the row, together with its receipt in the
 * audit trail. Safe to run twice, and beside another. Returns how many rows are done; the others wait for the caches. Fails with `unavailable`
 * where the store is away, and leaves the rows as they are.
 */
export async function destroy(deps: Destroying, purges: readonly Claimed[]): Promise<number> {
  if (purges.length === 0) return 0;
  const removed = new Map<string, number>();
  const addresses = new Map<string, string[]>();
  for (let left = [...purges]; left.length > 0; ) {
    const lots = await atOnce(left, (purge) => find(deps, purge));
    for (const { purge, keys } of lots) removed.set(purge.id, (removed.get(purge.id) ?? 0) + keys.length);
    for (const [id, known] of await remember(deps, lots, removed)) addresses.set(id, known);
    await remove(deps, lots);
    // Of a prefix with more objects than one call takes the rest is next.
    left = lots.filter(({ keys }) => keys.length === MOST).map(({ purge }) => purge);
  }
  await deps.reached?.("purge.removed");
  return finish(deps, await tell(deps, purges, addresses));
}

/** Lets others at rows that could not be done, after 30 seconds, and twice as long each further time, up to an hour. */
export async function postpone(
  { db, clock, log }: Destroying,
  purges: readonly { id: string }[],
): Promise<void> {
  const ids = purges.map(({ id }) => id);
  try {
    await db.$executeRaw`
      UPDATE "Purge" SET "retryAt" = ${clock.now()}::timestamptz
        + LEAST(3600, 30 * power(2, LEAST(tries, 10) - 1)) * interval '1 second'
      WHERE id = ANY(${ids}::uuid[])`;
  } catch (cause) {
    log.warn("A failed purge keeps its claim until that runs out.", { reason: reasonOf(cause) });
  }
}

type Lot = { purge: Claimed; keys: string[] };

async function find({ storages }: Destroying, purge: Claimed): Promise<Lot> {
  // A prefix ends in a slash; anything else is one key, and its neighbours are none of our business.
  if (!purge.prefix.endsWith("/")) return { purge, keys: [purge.prefix] };
  const keys: string[] = [];
  for await (const { key } of storages[purge.storage].list(purge.prefix)) {
    keys.push(key);
    if (keys.length === MOST) break;
  }
  return { purge, keys };
}

/**
 * Writes down, before they go, how many objects there were and under which addresses: a second try finds neither. What another has written is
 * kept. Returns the addresses that caches are to forget, by row.
 */
async function remember(
  { db, storages, caches }: Destroying,
  lots: readonly Lot[],
  removed: ReadonlyMap<string, number>,
): Promise<Map<string, string[]>> {
  const cached = (purge: Claimed) => caches !== undefined && purge.storage === "public";
  const noted = lots.filter(({ purge }) => purge.fileId !== null || cached(purge));
  if (noted.length === 0) return new Map();
  const ids = noted.map(({ purge }) => purge.id);
  const objects = ids.map((id) => removed.get(id) ?? 0);
  const found = noted.map(({ purge, keys }) =>
    cached(purge) ? JSON.stringify(keys.map((key) => storages.public.publicUrl(key))) : null,
  );
  const rows = await db.$queryRaw<{ id: string; addresses: unknown }[]>`
    UPDATE "Purge" p SET objects = GREATEST(p.objects, f.objects), addresses = CASE
      WHEN f.addresses IS NULL THEN p.addresses
      ELSE (SELECT coalesce(jsonb_agg(DISTINCT a), '[]') FROM jsonb_array_elements(coalesce(p.addresses, '[]') || f.addresses::jsonb) a)
    END
    FROM unnest(${ids}::uuid[], ${objects}::int[], ${found}::text[]) AS f(id, objects, addresses)
    WHERE p.id = f.id RETURNING p.id, p.addresses`;
  return new Map(rows.map(({ id, addresses }) => [id, z.array(z.string()).parse(addresses ?? [])]));
}

async function remove({ storages }: Destroying, lots: readonly Lot[]): Promise<void> {
  const parts = lots.flatMap(({ purge }) => (purge.multipartId ? [{ ...purge, id: purge.multipartId }] : []));
  await atOnce(parts, ({ storage, prefix, id }) => storages[storage].abortParts(prefix, id));
  for (const storage of ["public", "private"] as const) {
    const keys = lots.flatMap(({ purge, keys }) => (purge.storage === storage ? keys : []));
    for (let from = 0; from < keys.length; from += MOST)
      await storages[storage].removeAll(keys.slice(from, from + MOST));
  }
}

/** Returns the rows of which no cache keeps anything any more. */
async function tell(
  deps: Destroying,
  purges: readonly Claimed[],
  addresses: ReadonlyMap<string, string[]>,
): Promise<readonly Claimed[]> {
  const all = [...addresses.values()].flat();
  if (!deps.caches || all.length === 0) return purges;
  try {
    await deps.caches.forget(all);
    return purges;
  } catch (cause) {
    deps.log.warn("Caches keep what has been destroyed; the sweep goes on telling them.", {
      reason: reasonOf(cause),
    });
    const waits = ({ id }: Claimed) => (addresses.get(id)?.length ?? 0) > 0;
    await postpone(deps, purges.filter(waits));
    return purges.filter((purge) => !waits(purge));
  }
}

type Gone = { fileId: string | null; storage: StorageClass; reason: string | null; objects: number | null };

/** The rows go and the receipts come in one transaction; whoever else was at the same rows finds none, and writes none. */
async function finish(deps: Destroying, purges: readonly Claimed[]): Promise<number> {
  const ids = purges.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await retried(() =>
    deps.db.$transaction(async (tx) => {
      const gone = await tx.$queryRaw<Gone[]>`
        DELETE FROM "Purge" WHERE id = ANY(${ids}::uuid[]) RETURNING "fileId", storage, reason, objects`;
      const receipts = gone.flatMap(({ fileId, storage, reason, objects }) =>
        // Where somebody wanted them gone it is said that they are, also of bytes that were lost before.
        fileId && (objects || reason !== "unused")
          ? [
              {
                event: "bytes.destroyed",
                subjectId: fileId,
                detail: { storage, reason, objects: objects ?? 0 },
              },
            ]
          : [],
      );
      await append(tx, deps, receipts);
    }),
  );
  return ids.length;
}

/** A few at a time, in order. Where one fails no further one is begun. */
async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
}
