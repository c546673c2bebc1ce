import type { AppContext } from "../app-context";
import { mapConcurrently } from "../concurrency";
import type { PurgeReason } from "../files/purge-reason";
import { fileIdOfTombstone, putTombstone, TOMBSTONE_PREFIX } from "../files/tombstones";
import { FIRST_ID } from "./rules";

type RenewContext = Pick<AppContext, "db" | "storages" | "clock">;
type DestroyedFile = { fileId: string; reason: PurgeReason; destroyedAt: Date; prefix: string };

const BATCH_SIZE = 500;
const CONCURRENCY = 8;

/**
 * Writes the tombstones that the private storage lacks, from the receipts of files that a backup
 * may still have: a restored bucket may have lost them. Returns their number. With `isDryRun` it
 * only counts. Errors: unavailable.
 */
export async function renewTombstones(
  context: RenewContext,
  { isDryRun = false, signal }: { isDryRun?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const { storages } = context;
  // Both sides are in the order of the ids.
  const listing = storages.private.list(TOMBSTONE_PREFIX);
  let next = await listing.next();
  let renewed = 0;
  for (let after = FIRST_ID; !signal?.aborted; ) {
    const receipts = await listReceipts(context, after);
    const missing: DestroyedFile[] = [];
    for (const receipt of receipts) {
      while (!next.done && (fileIdOfTombstone(next.value) ?? "") < receipt.fileId)
        next = await listing.next();
      if (next.done || fileIdOfTombstone(next.value) !== receipt.fileId) missing.push(receipt);
    }
    if (!isDryRun)
      await mapConcurrently(missing, CONCURRENCY, ({ fileId, prefix, reason, destroyedAt }) =>
        putTombstone(storages.private, fileId, { prefix, reason, destroyedAt: destroyedAt.toISOString() }),
      );
    renewed += missing.length;
    const last = receipts.at(-1);
    if (!last || receipts.length < BATCH_SIZE) break;
    after = last.fileId;
  }
  await listing.return(undefined);
  return renewed;
}

function listReceipts({ db, clock }: RenewContext, after: string): Promise<DestroyedFile[]> {
  return db.$queryRaw<DestroyedFile[]>`
    SELECT r."fileId", r.reason, r."destroyedAt", f.prefix FROM "Receipt" r JOIN "File" f ON f.id = r."fileId"
    WHERE r."fileId" > ${after}::uuid AND r."backupsGoneAt" > ${clock.now()}
    ORDER BY r."fileId" LIMIT ${BATCH_SIZE}`;
}
