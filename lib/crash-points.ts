/**
 * The moments between a change in the store and the matching change in the database. If a process
 * ends at one of them, a later request or the sweep completes or undoes the work. Crash tests kill
 * a process at each.
 */
export const CRASH_POINTS = [
  /** The inspection has started; purges of the keys that it will write are scheduled. */
  "complete.started",
  /** The store has assembled the parts. */
  "complete.assembled",
  /** The inspected bytes are stored at their keys; no row references them. */
  "complete.promoted",
  /** The file exists; the superseded bytes and the quarantine object are not deleted yet. */
  "complete.committed",
  /** The upload is refused; its bytes are not deleted yet. */
  "complete.refused",
  /** The upload is aborted or expired; the received bytes are still in the store. */
  "upload.ended",
  /** The store has created a multipart upload; no row holds its id yet. */
  "multipart.created",
  /** The visibility flag is set; the bytes are not moved yet. */
  "visibility.flagged",
  /** The public copies are written; no row references them. */
  "visibility.copied",
  /** `publicPrefix` has changed; the old public bytes are still in the store. */
  "visibility.switched",
  /**
   * The variants of a new crop are written under a prefix of their own; the row has the old ones.
   */
  "recrop.rendered",
  /** The row has the new crop; the old bytes are still in the store. */
  "recrop.switched",
  /** A page image is written and scheduled for purge; no client has its URL. */
  "page.rendered",
  /** A purge is scheduled; the bytes are still in the store. */
  "purge.scheduled",
  /** The tombstones are written; the bytes are still in the store. */
  "purge.marked",
  /** The objects are deleted; the purge row still exists. */
  "purge.removed",
  /** Accounts that are being erased are closed; their files and rows are still there. */
  "erasure.started",
  /** The bytes of erased accounts are deleted; the last mail waits. */
  "erasure.reported",
  /** The rows of erased accounts are deleted; their names and addresses are still there. */
  "erasure.stripped",
  /** The mail server has accepted a mail; its row still waits. */
  "mail.sent",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];
