import { z } from "zod";
import { mapConcurrently } from "../concurrency";
import { safeErrorReason } from "../observability/safe-error-reason";
import type { StorageClass } from "../storage/storage";
import { endPurges, type PurgeContext } from "./end-purges";
import { writeTombstones } from "./tombstones";

export type { PurgeContext };

/** A claimed row of `Purge`. */
export type ClaimedPurge = {
  id: string;
  storage: StorageClass;
  prefix: string;
  fileId: string | null;
  multipartId: string | null;
};

/**
 * Duration of a claim, longer than a batch takes. After a longer batch two processes delete the
 * same objects, which is harmless.
 */
export const PURGE_LEASE_SECONDS = 120;

/** Objects of one row in memory, and in one delete request. */
const MAX_KEYS_PER_CALL = 1000;
const CONCURRENCY = 8;

/**
 * Executes claimed purges: writes tombstones, deletes the objects, purges them from the CDN, then
 * deletes the rows and appends the receipts to the audit trail in one transaction. Safe to repeat,
 * and while another process does the same. Returns the number of completed rows; the others wait
 * for the CDN. Errors: unavailable, if the store is unavailable; the rows then stay.
 */
export async function executeClaimedPurges(
  context: PurgeContext,
  purges: readonly ClaimedPurge[],
): Promise<number> {
  if (purges.length === 0) return 0;
  await writeTombstones(context, purges);
  await context.onCrashPoint?.("purge.marked");
  const removedById = new Map<string, number>();
  const urlsById = new Map<string, string[]>();
  for (let remaining = [...purges]; remaining.length > 0; ) {
    const listed = await mapConcurrently(remaining, CONCURRENCY, (purge) => listPurgeKeys(context, purge));
    for (const { purge, keys } of listed)
      removedById.set(purge.id, (removedById.get(purge.id) ?? 0) + keys.length);
    for (const [id, urls] of await recordPurgeDetails(context, listed, removedById)) urlsById.set(id, urls);
    await removeListedObjects(context, listed);
    // A prefix with more objects than one request deletes gets another round.
    remaining = listed.filter(({ keys }) => keys.length === MAX_KEYS_PER_CALL).map(({ purge }) => purge);
  }
  await context.onCrashPoint?.("purge.removed");
  return endPurges(context, await purgeFromCdn(context, purges, urlsById));
}

/** Postpones failed rows by 30 seconds; the delay doubles with each failure, up to an hour. */
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
  } catch (error) {
    log.warn("A failed purge could not be postponed. It is tried again when its claim ends.", {
      reason: safeErrorReason(error),
    });
  }
}

type ListedPurge = { purge: ClaimedPurge; keys: string[] };

async function listPurgeKeys({ storages }: PurgeContext, purge: ClaimedPurge): Promise<ListedPurge> {
  // A prefix ends in a slash. Anything else is one key: a listing would include its neighbours.
  if (!purge.prefix.endsWith("/")) return { purge, keys: [purge.prefix] };
  const keys: string[] = [];
  for await (const { key } of storages[purge.storage].list(purge.prefix)) {
    keys.push(key);
    if (keys.length === MAX_KEYS_PER_CALL) break;
  }
  return { purge, keys };
}

/**
 * Saves the number of objects and their public URLs before the deletion, because a retry finds
 * neither. Adds to what an earlier attempt saved. Returns the URLs to purge from the CDN, by row.
 */
async function recordPurgeDetails(
  { db, storages, cdnPurger }: PurgeContext,
  listed: readonly ListedPurge[],
  removedById: ReadonlyMap<string, number>,
): Promise<Map<string, string[]>> {
  const isCached = (purge: ClaimedPurge) => cdnPurger !== undefined && purge.storage === "public";
  const recorded = listed.filter(({ purge }) => purge.fileId !== null || isCached(purge));
  if (recorded.length === 0) return new Map();
  const ids = recorded.map(({ purge }) => purge.id);
  const objects = ids.map((id) => removedById.get(id) ?? 0);
  const urls = recorded.map(({ purge, keys }) =>
    isCached(purge) ? JSON.stringify(keys.map((key) => storages.public.publicUrl(key))) : null,
  );
  const rows = await db.$queryRaw<{ id: string; addresses: unknown }[]>`
    UPDATE "Purge" p SET objects = GREATEST(p.objects, f.objects), addresses = CASE
      WHEN f.addresses IS NULL THEN p.addresses
      ELSE (SELECT coalesce(jsonb_agg(DISTINCT a), '[]') FROM jsonb_array_elements(coalesce(p.addresses, '[]') || f.addresses::jsonb) a)
    END
    FROM unnest(${ids}::uuid[], ${objects}::int[], ${urls}::text[]) AS f(id, objects, addresses)
    WHERE p.id = f.id RETURNING p.id, p.addresses`;
  return new Map(rows.map(({ id, addresses }) => [id, z.array(z.string()).parse(addresses ?? [])]));
}

async function removeListedObjects(
  { storages }: PurgeContext,
  listed: readonly ListedPurge[],
): Promise<void> {
  const multipart = listed.flatMap(({ purge }) =>
    purge.multipartId ? [{ ...purge, multipartId: purge.multipartId }] : [],
  );
  await mapConcurrently(multipart, CONCURRENCY, ({ storage, prefix, multipartId }) =>
    storages[storage].abortMultipartUpload(prefix, multipartId),
  );
  for (const storage of ["public", "private"] as const) {
    const keys = listed.flatMap(({ purge, keys }) => (purge.storage === storage ? keys : []));
    for (let from = 0; from < keys.length; from += MAX_KEYS_PER_CALL)
      await storages[storage].removeMany(keys.slice(from, from + MAX_KEYS_PER_CALL));
  }
}

/** Purges the URLs from the CDN. Returns the rows of which no cache has a copy. */
async function purgeFromCdn(
  context: PurgeContext,
  purges: readonly ClaimedPurge[],
  urlsById: ReadonlyMap<string, string[]>,
): Promise<readonly ClaimedPurge[]> {
  const urls = [...urlsById.values()].flat();
  if (!context.cdnPurger || urls.length === 0) return purges;
  try {
    await context.cdnPurger.purgeUrls(urls);
    return purges;
  } catch (error) {
    context.log.warn("The CDN still has copies of deleted objects. The sweep tries the CDN purge again.", {
      reason: safeErrorReason(error),
    });
    const waitsForCdn = ({ id }: ClaimedPurge) => (urlsById.get(id)?.length ?? 0) > 0;
    await postponePurges(context, purges.filter(waitsForCdn));
    return purges.filter((purge) => !waitsForCdn(purge));
  }
}
