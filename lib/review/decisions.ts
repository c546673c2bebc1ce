import type { FileStatus } from "../db/generated/enums";

/** What a decision may be: buttons, validation and trail derive from this table. A new outcome is one row. */
export const DECISIONS = {
  approve: { label: "Approve", key: "a", status: "approved", needsReason: false, needsFacts: true },
  request_changes: {
    label: "Ask for a new copy",
    key: "c",
    status: "changes_requested",
    needsReason: true,
    needsFacts: false,
  },
  reject: { label: "Reject", key: "r", status: "rejected", needsReason: true, needsFacts: false },
} as const satisfies Record<
  string,
  { label: string; key: string; status: FileStatus; needsReason: boolean; needsFacts: boolean }
>;

export type Outcome = keyof typeof DECISIONS;

export const OUTCOMES = ["approve", "request_changes", "reject"] as const satisfies readonly Outcome[];
