import { expect, vi } from "vitest";
import type { Db } from "@/lib/db/client";

/** Waits until this many statements of the test's database wait for a lock. */
export async function waitForLocks(db: Db, count = 1): Promise<void> {
  await vi.waitFor(async () => {
    const waiting = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(waiting).toHaveLength(count);
  }, 10_000);
}
