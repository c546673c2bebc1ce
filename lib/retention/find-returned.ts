import type { AppContext } from "../app-context";
import { mapConcurrently } from "../concurrency";
import type { PurgeTarget } from "../files/purge";
import type { PurgeReason } from "../files/purge-reason";
import { fileIdOfTombstone, readTombstone, type Tombstone } from "../files/tombstones";
import type { ListedObject } from "../storage/storage";

type FindContext = Pick<AppContext, "db" | "storages">;

/** A destroyed file whose row a restored database has as if its bytes were there. */
export type ReturnedRow = { fileId: string; ownerId: string; reason: PurgeReason };

/** A destroyed file whose objects a restored bucket has again. */
export type ReturnedBytes = { fileId: string; targets: PurgeTarget[] };

export type ReturnedFiles = {
  rows: ReturnedRow[];
  bytes: ReturnedBytes[];
  /** Keys of objects that the application did not write like this. */
  unreadable: string[];
};

const CONCURRENCY = 8;

/** The reason of a file whose tombstone cannot be read. */
const UNKNOWN_REASON = "retention";

/**
 * Finds the destroyed files of these tombstones that a restored backup has brought back. Only with
 * `checkBytes` it also looks for their objects, with up to three requests to the store for each.
 * Changes nothing. Errors: unavailable.
 */
export async function findReturnedFiles(
  context: FindContext,
  objects: readonly ListedObject[],
  checkBytes: boolean,
): Promise<ReturnedFiles> {
  const found: ReturnedFiles = { rows: [], bytes: [], unreadable: [] };
  const named = objects.flatMap((object) => {
    const fileId = fileIdOfTombstone(object);
    if (fileId === null) found.unreadable.push(object.key);
    return fileId === null ? [] : [{ fileId, object }];
  });
  const rows = await context.db.file.findMany({
    where: { id: { in: named.map(({ fileId }) => fileId) } },
    select: { id: true, ownerId: true, prefix: true, purgedAt: true },
  });
  const rowById = new Map(rows.map((row) => [row.id, row]));
  const due = named.filter(({ fileId }) => {
    const row = rowById.get(fileId);
    return checkBytes || (row !== undefined && row.purgedAt === null);
  });
  const readable: ReadTombstone[] = [];
  await mapConcurrently(due, CONCURRENCY, async ({ fileId, object }) => {
    const row = rowById.get(fileId);
    const tombstone = await readTombstone(context.storages.private, object);
    const isOwn = tombstone !== null && (row === undefined || row.prefix === tombstone.prefix);
    if (!isOwn) found.unreadable.push(object.key);
    // The name alone says that the file was destroyed.
    if (row?.purgedAt === null)
      found.rows.push({ fileId, ownerId: row.ownerId, reason: isOwn ? tombstone.reason : UNKNOWN_REASON });
    else if (isOwn) readable.push({ key: object.key, fileId, targets: listTargets(fileId, tombstone) });
  });
  if (!checkBytes) return found;
  const used = await findUsedPrefixes(context, readable);
  const isForeign = ({ targets }: ReadTombstone) => targets.some(({ prefix }) => used.has(prefix));
  found.unreadable.push(...readable.filter(isForeign).map(({ key }) => key));
  found.bytes = await findReturnedBytes(
    context,
    readable.filter((each) => !isForeign(each)),
  );
  return found;
}

type ReadTombstone = ReturnedBytes & { key: string };

const prefixesOf = (files: readonly ReturnedBytes[]) =>
  files.flatMap(({ targets }) => targets.map(({ prefix }) => prefix));

/** Finds the prefixes of files that are not destroyed: a changed tombstone must not end them. */
async function findUsedPrefixes(
  { db }: FindContext,
  files: readonly ReturnedBytes[],
): Promise<ReadonlySet<string | null>> {
  const prefixes = prefixesOf(files);
  const rows = await db.file.findMany({
    where: { purgedAt: null, OR: [{ prefix: { in: prefixes } }, { publicPrefix: { in: prefixes } }] },
    select: { prefix: true, publicPrefix: true },
  });
  return new Set(rows.flatMap(({ prefix, publicPrefix }) => [prefix, publicPrefix]));
}

/** Leaves out objects that a purge is about to delete: no backup has brought them back. */
async function findReturnedBytes(
  { db, storages }: FindContext,
  files: readonly ReturnedBytes[],
): Promise<ReturnedBytes[]> {
  const prefixes = prefixesOf(files);
  // First the rows: a purge row exists before it is executed, and is deleted after the objects.
  const purges = await db.purge.findMany({
    where: { storage: { in: ["public", "private"] }, prefix: { in: prefixes } },
    select: { prefix: true },
  });
  const scheduled = new Set(purges.map(({ prefix }) => prefix));
  const returned = await mapConcurrently(files, CONCURRENCY, async ({ fileId, targets }) => {
    const stored: PurgeTarget[] = [];
    for (const target of targets) {
      if (scheduled.has(target.prefix)) continue;
      const { done } = await storages[target.storage].list(target.prefix).next();
      if (done !== true) stored.push(target);
    }
    return { fileId, targets: stored };
  });
  return returned.filter(({ targets }) => targets.length > 0);
}

function listTargets(fileId: string, { prefix, publicPrefix, reason }: Tombstone): PurgeTarget[] {
  return [
    { storage: "private", prefix, fileId, reason },
    ...(publicPrefix === undefined
      ? []
      : [{ storage: "public" as const, prefix: publicPrefix, fileId, reason }]),
  ];
}
