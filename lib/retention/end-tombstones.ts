import { type AppContext, secondsFromNow } from "../app-context";
import { fileIdOfTombstone, personIdOfTombstone, readTombstone, TOMBSTONE_PREFIX } from "../files/tombstones";
import type { ListedObject } from "../storage/storage";

type EndContext = Pick<AppContext, "storages" | "clock" | "limits">;

const BATCH_SIZE = 500;
const DAY_SECONDS = 24 * 3600;
/** How much longer than the backups a tombstone is kept: a restore takes time. */
const MARGIN_DAYS = 7;

/**
 * Deletes the tombstones of files and people that no backup has any more. A restore may give an
 * object a later date than its own. So the time in the tombstone counts, and the object's date only
 * if it says none. Returns their number. Errors: unavailable.
 */
export async function deleteEndedTombstones(context: EndContext, signal?: AbortSignal): Promise<number> {
  const { storages, clock, limits } = context;
  const before = secondsFromNow(clock, -(limits.backupDays + MARGIN_DAYS) * DAY_SECONDS);
  let ended: string[] = [];
  let deleted = 0;
  const deleteBatch = async () => {
    await storages.private.removeMany(ended);
    deleted += ended.length;
    ended = [];
  };
  for await (const object of storages.private.list(TOMBSTONE_PREFIX)) {
    if (signal?.aborted) break;
    const isTombstone = fileIdOfTombstone(object) !== null || personIdOfTombstone(object) !== null;
    const mayEnd = isTombstone && object.modifiedAt < before;
    if (mayEnd && (await destroyedAtOf(context, object)) < before) ended.push(object.key);
    if (ended.length === BATCH_SIZE) await deleteBatch();
  }
  await deleteBatch();
  return deleted;
}

async function destroyedAtOf({ storages }: EndContext, object: ListedObject): Promise<Date> {
  const tombstone = await readTombstone(storages.private, object);
  return tombstone === null ? object.modifiedAt : new Date(tombstone.destroyedAt);
}
