/** Why bytes are deleted; the receipt contains it. `unused`: they never became part of the file. */
export const PURGE_REASONS = [
  "withdrawn",
  "superseded",
  "retention",
  "erasure",
  "hidden",
  "recropped",
  "unused",
] as const;

export type PurgeReason = (typeof PURGE_REASONS)[number];

/** The reasons that concern a copy or a crop. The file goes on. */
export const REASONS_OF_COPIES = ["hidden", "recropped", "unused"] as const satisfies readonly PurgeReason[];
