import type { AppContext } from "../app-context";
import { instantBefore } from "../clock";
import type { Db } from "../db/client";
import { PERSONAL_DATA_LIFE } from "./personal-data";
import { findLastNumber } from "./published-heads";
import { type Query, TrailReport, type TrailVerdict } from "./trail-verdict";
import { verifyChains } from "./verify-chains";
import { verifyEarlierChain } from "./verify-earlier-chain";
import { verifyPublishedHeads } from "./verify-published-heads";
import { verifyReceipts } from "./verify-receipts";

/**
 * Reads the complete trail and its published heads. Reports edited, removed, reordered and
 * recomputed entries, the last ones of a chain included. Its memory use does not grow with the
 * trail. Changes nothing, and may run while the site works. Errors: unavailable; a plain error if
 * the database cannot be read.
 */
export async function verifyTrail({
  db,
  storages,
  clock,
  trailKey,
}: Pick<AppContext, "db" | "storages" | "clock" | "trailKey">): Promise<TrailVerdict> {
  const report = new TrailReport();
  // Before the snapshot: every object that is listed here has heads that the snapshot contains.
  const lastNumber = await findLastNumber(storages.private);
  const endedAt = instantBefore(clock.now(), PERSONAL_DATA_LIFE);
  await readSnapshot(db, async (query) => {
    await verifyEarlierChain(query, report);
    await verifyChains(query, { trailKey, endedAt }, report);
    await verifyReceipts(query, report);
    await verifyPublishedHeads(query, { storage: storages.private, trailKey, lastNumber }, report);
  });
  return report.verdict;
}

/**
 * Runs statements in one read-only snapshot, so that entries, heads and what was published belong
 * together. Through the pool, because a transaction of Prisma ends after a fixed time.
 */
async function readSnapshot(db: Db, read: (query: Query) => Promise<void>): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await read(async (text, values = []) => (await client.query(text, [...values])).rows);
    await client.query("COMMIT");
    client.release();
  } catch (error) {
    // The connection may still be in the transaction, so the pool drops it.
    client.release(true);
    throw error;
  }
}
