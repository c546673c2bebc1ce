/**
 * The moments at which bytes and rows can be told apart: what was done is in one of them and not yet in the other. A process that ends at any
 * of them leaves something that a later request or the sweep finishes or undoes. Tests end it at each of them.
 */
export const CRASH_POINTS = [
  /** The upload is taken for a completion, and the keys it is going to write are doomed. */
  "complete.started",
  /** The store has put the parts together. */
  "complete.assembled",
  /** The inspected bytes lie under their keys; nothing points at them. */
  "complete.promoted",
  /** The file is there; what it superseded and the quarantine are not yet destroyed. */
  "complete.committed",
  /** The bytes were refused, and their keys are to be cleared; nothing is yet. */
  "complete.refused",
  /** The ticket is given back or has run out; what arrived is still there. */
  "upload.ended",
  /** The store has begun an upload in parts, whose name no row holds yet. */
  "multipart.created",
  /** The flag is set; the bytes are where they were. */
  "visibility.flagged",
  /** A publication's copies are written; nothing points at them. */
  "visibility.copied",
  /** The publication's pointer has moved; the other side's bytes are still there. */
  "visibility.switched",
  /** The variants of a new crop are written into a folder of their own; the file still means the old ones. */
  "recrop.rendered",
  /** The file means the new crop; the old one's bytes are still there. */
  "recrop.switched",
  /** A page's image lies beside its document, doomed; nobody has been handed it. */
  "page.rendered",
  /** The deletion is written down; the bytes are still there. */
  "purge.scheduled",
  /** The objects are gone; the row that says so is still there. */
  "purge.removed",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];
