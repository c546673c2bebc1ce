import { z } from "zod";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { safeErrorReason } from "../observability/safe-error-reason";
import { appendToTrail } from "../audit/trail";
import type { StorageClass } from "../storage/storage";

export type PurgeContext = Pick<AppContext, "db" | "storages" | "clock" | "cdnPurger" | "onCrashPoint" | "log">;

/** A row of `Purge` that was claimed. */
export type ClaimedPurge = {
  id: string;
  storage: StorageClass;
  prefix: string;
  fileId: string | null;
  multipartId: string | null;
};

/** How long a claim keeps others away. Longer than a batch takes; where it is not, two destroy the same, which does no harm. */
export const PURGE_LEASE_SECONDS = 120;

/** Objects held in mind for one row, and removed in one call. */
const MAX_KEYS_PER_CALL = 1000;
const CONCURRENCY = 8;

/**
 * Destroys what these rows name, and removes them: the objects first, then what caches keep of them, then the row, together with its receipt in the
 * audit trail. Safe to run twice, and beside another. Returns how many rows are done; the others wait for the caches. Fails with `unavailable`
 * where the store is away, and leaves the rows as they are.
 */
export async function executeClaimedPurges(deps: PurgeContext, purges: readonly ClaimedPurge[]): Promise<number> {
  if (purges.length === 0) return 0;
  const removed = new Map<string, number>();
  const addresses = new Map<string, string[]>();
  for (let left = [...purges]; left.length > 0; ) {
    const lots = await mapInBatches(left, (purge) => listPurgeKeys(deps, purge));
    for (const { purge, keys } of lots) removed.set(purge.id, (removed.get(purge.id) ?? 0) + keys.length);
    for (const [id, known] of await recordPurgeDetails(deps, lots, removed)) addresses.set(id, known);
    await removeListedObjects(deps, lots);
    // Of a prefix with more objects than one call takes the rest is next.
    left = lots.filter(({ keys }) => keys.length === MAX_KEYS_PER_CALL).map(({ purge }) => purge);
  }
  await deps.onCrashPoint?.("purge.removed");
  return deletePurgesWithReceipts(deps, await purgeFromCdn(deps, purges, addresses));
}

/** Lets others at rows that could not be done, after 30 seconds, and twice as long each further time, up to an hour. */
export async function postponePurges(
  { db, clock, log }: PurgeContext,
  purges: readonly { id: string }[],
): Promise<void> {
  const ids = purges.map(({ id }) => id);
  try {
    await db.$executeRaw`
      UPDATE "Purge" SET "retryAt" = ${clock.now()}::timestamptz
        + LEAST(3600, 30 * power(2, LEAST(tries, 10) - 1)) * interval '1 second'
      WHERE id = ANY(${ids}::uuid[])`;
  } catch (cause) {
    log.warn("A failed purge keeps its claim until that runs out.", { reason: safeErrorReason(cause) });
  }
}

type ListedPurge = { purge: ClaimedPurge; keys: string[] };

async function listPurgeKeys({ storages }: PurgeContext, purge: ClaimedPurge): Promise<ListedPurge> {
  // A prefix ends in a slash; anything else is one key, and its neighbours are none of our business.
  if (!purge.prefix.endsWith("/")) return { purge, keys: [purge.prefix] };
  const keys: string[] = [];
  for await (const { key } of storages[purge.storage].list(purge.prefix)) {
    keys.push(key);
    if (keys.length === MAX_KEYS_PER_CALL) break;
  }
  return { purge, keys };
}

/**
 * Writes down, before they go, how many objects there were and under which addresses: a second try finds neither. What another has written is
 * kept. Returns the addresses that caches are to forget, by row.
 */
async function recordPurgeDetails(
  { db, storages, cdnPurger: caches }: PurgeContext,
  lots: readonly ListedPurge[],
  removed: ReadonlyMap<string, number>,
): Promise<Map<string, string[]>> {
  const cached = (purge: ClaimedPurge) => caches !== undefined && purge.storage === "public";
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

async function removeListedObjects({ storages }: PurgeContext, lots: readonly ListedPurge[]): Promise<void> {
  const parts = lots.flatMap(({ purge }) => (purge.multipartId ? [{ ...purge, id: purge.multipartId }] : []));
  await mapInBatches(parts, ({ storage, prefix, id }) => storages[storage].abortMultipartUpload(prefix, id));
  for (const storage of ["public", "private"] as const) {
    const keys = lots.flatMap(({ purge, keys }) => (purge.storage === storage ? keys : []));
    for (let from = 0; from < keys.length; from += MAX_KEYS_PER_CALL)
      await storages[storage].removeMany(keys.slice(from, from + MAX_KEYS_PER_CALL));
  }
}

/** Returns the rows of which no cache keeps anything any more. */
async function purgeFromCdn(
  deps: PurgeContext,
  purges: readonly ClaimedPurge[],
  addresses: ReadonlyMap<string, string[]>,
): Promise<readonly ClaimedPurge[]> {
  const all = [...addresses.values()].flat();
  if (!deps.cdnPurger || all.length === 0) return purges;
  try {
    await deps.cdnPurger.purgeUrls(all);
    return purges;
  } catch (cause) {
    deps.log.warn("Caches keep what has been destroyed; the sweep goes on telling them.", {
      reason: safeErrorReason(cause),
    });
    const waits = ({ id }: ClaimedPurge) => (addresses.get(id)?.length ?? 0) > 0;
    await postponePurges(deps, purges.filter(waits));
    return purges.filter((purge) => !waits(purge));
  }
}

type DeletedPurge = { fileId: string | null; storage: StorageClass; reason: string | null; objects: number | null };

/** The rows go and the receipts come in one transaction; whoever else was at the same rows finds none, and writes none. */
async function deletePurgesWithReceipts(deps: PurgeContext, purges: readonly ClaimedPurge[]): Promise<number> {
  const ids = purges.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await retryTransaction(() =>
    deps.db.$transaction(async (tx) => {
      const gone = await tx.$queryRaw<DeletedPurge[]>`
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
      await appendToTrail(tx, deps, receipts);
    }),
  );
  return ids.length;
}

/** A few at a time, in order. Where one fails no further one is begun. */
async function mapInBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += CONCURRENCY)
    results.push(...(await Promise.all(items.slice(from, from + CONCURRENCY).map(work))));
  return results;
}
