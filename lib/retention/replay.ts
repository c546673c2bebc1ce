import { type AppContext, secondsFromNow } from "../app-context";
import { executeDuePurges } from "../files/due-purges";
import { personIdOfTombstone, TOMBSTONE_PREFIX } from "../files/tombstones";
import { newId } from "../id";
import { eraseReturnedPeople, startErasures } from "../rights/start-erasures";
import type { ListedObject } from "../storage/storage";
import { scheduleDestruction } from "./destroy-again";
import { findReturnedFiles } from "./find-returned";
import { renewTombstones } from "./renew-tombstones";

export type ReplayResult = {
  /** Tombstones that were compared with the database. */
  tombstones: number;
  /** Tombstones that the storage lacked and that the database knew. */
  renewed: number;
  /** Destroyed files that a restored backup had brought back, and that are destroyed again. */
  replayed: number;
  /** Erased people whom a restored database had brought back, and whose erasure starts again. */
  people: number;
  /** The keys of objects that are no tombstones of ours, at most a hundred. */
  unreadable: string[];
};

const BATCH_SIZE = 500;
const MAX_UNREADABLE = 100;
/** The `retention` job runs every hour, so an older latest run may be that of a backup. */
const STALE_SECONDS = 2 * 3600;

/**
 * Destroys again what was destroyed before the database was restored from a backup: ends each file
 * that has a tombstone and whose row says otherwise, and schedules its purge. Reads only names, so
 * it costs a request to the store for a thousand files. Stops early when `signal` is aborted.
 * Errors: unavailable.
 */
export function replayTombstones(context: AppContext, signal?: AbortSignal): Promise<ReplayResult> {
  return replay(context, { checkBytes: false, signal });
}

type Options = { isDryRun?: boolean; signal?: AbortSignal | undefined };

/**
 * Does what `replayTombstones` does, also after the storage was restored: writes missing tombstones
 * again and looks for the objects of each destroyed file. Deletes them before it resolves, and
 * records the run. With `isDryRun` it only counts. Safe to repeat, and while another one works.
 * Errors: unavailable.
 */
export async function replayCompletely(
  context: AppContext,
  { isDryRun = false, signal }: Options = {},
): Promise<ReplayResult & { destroyed: number; failed: number }> {
  const { db, clock } = context;
  const id = newId();
  if (!isDryRun) await db.retentionRun.create({ data: { id, startedAt: clock.now() } });
  const renewed = await renewTombstones(context, { isDryRun, signal });
  const result = { ...(await replay(context, { checkBytes: true, isDryRun, signal })), renewed };
  if (isDryRun) return { ...result, destroyed: 0, failed: 0 };
  if (result.people > 0) await startErasures(context, signal);
  const { destroyed, failed } = await executeDuePurges(context, signal);
  const counts = { replayed: result.replayed, destroyed, failed };
  await db.retentionRun.update({ where: { id }, data: { ...counts, endedAt: clock.now() } });
  return { ...result, destroyed, failed };
}

/**
 * Replays completely if no run has started for two hours: the database may be that of a backup.
 * Returns the number of files that were destroyed again. Errors: unavailable.
 */
export async function replayIfStale(context: AppContext, signal?: AbortSignal): Promise<number> {
  const latest = await context.db.retentionRun.findFirst({
    where: { startedAt: { gt: secondsFromNow(context.clock, -STALE_SECONDS) } },
    select: { id: true },
  });
  return latest ? 0 : (await replayCompletely(context, { signal })).replayed;
}

async function replay(
  context: AppContext,
  { checkBytes, isDryRun = false, signal }: Options & { checkBytes: boolean },
): Promise<ReplayResult> {
  const result: ReplayResult = { tombstones: 0, renewed: 0, replayed: 0, people: 0, unreadable: [] };
  for await (const objects of listInBatches(context)) {
    if (signal?.aborted) break;
    const people = objects.flatMap((object) => personIdOfTombstone(object) ?? []);
    const files = objects.filter((object) => personIdOfTombstone(object) === null);
    const found = await findReturnedFiles(context, files, checkBytes);
    result.tombstones += objects.length;
    result.people += await eraseReturnedPeople(context, people, isDryRun);
    result.replayed += isDryRun
      ? found.rows.length + found.bytes.length
      : await scheduleDestruction(context, found);
    if (found.unreadable.length > 0)
      context.log.warn(
        "Some tombstones are not as they were written. `npm run retention -- replay` names them.",
        {
          tombstones: found.unreadable.length,
        },
      );
    result.unreadable = [...result.unreadable, ...found.unreadable].slice(0, MAX_UNREADABLE);
  }
  return result;
}

async function* listInBatches({ storages }: Pick<AppContext, "storages">): AsyncGenerator<ListedObject[]> {
  let batch: ListedObject[] = [];
  for await (const object of storages.private.list(TOMBSTONE_PREFIX)) {
    batch.push(object);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
