import type { FileStatus } from "../db/generated/enums";

/** What the status of a file depends on: its row, or the file as the HTTP contract shows it. */
type Dated = { status: FileStatus; validUntil?: string | Date | null };

/**
 * Tells the status of a file at `now`: an approval is `expired` from its `validUntil` on.
 * The stored status of such a file stays `approved` until the next run of the retention job.
 * `hasStatusAt` says the same in SQL.
 */
export function statusAt({ status, validUntil }: Dated, now: Date): FileStatus {
  const lapsed = status === "approved" && validUntil && new Date(validUntil) <= now;
  return lapsed ? "expired" : status;
}
