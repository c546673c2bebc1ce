import type { FileStatus } from "../db/generated/enums";

/**
 * What a decision may be: buttons, validation and trail derive from this table. A new outcome is one row. `label` opens the decision,
 * `confirm` sends it, `done` says it afterwards; `key` is the desk's.
 */
export const DECISIONS = {
  approve: {
    label: "Approve",
    confirm: "Approve this document",
    done: "Approved",
    key: "a",
    status: "approved",
    needsReason: false,
    needsFacts: true,
  },
  request_changes: {
    label: "Ask for a new copy",
    confirm: "Send the request",
    done: "Asked for a new copy",
    key: "c",
    status: "changes_requested",
    needsReason: true,
    needsFacts: false,
  },
  reject: {
    label: "Reject",
    confirm: "Reject this document",
    done: "Rejected",
    key: "r",
    status: "rejected",
    needsReason: true,
    needsFacts: false,
  },
} as const satisfies Record<string, DecisionRule>;

type DecisionRule = {
  label: string;
  confirm: string;
  done: string;
  key: string;
  status: FileStatus;
  needsReason: boolean;
  needsFacts: boolean;
};

export type Outcome = keyof typeof DECISIONS;

export const OUTCOMES = ["approve", "request_changes", "reject"] as const satisfies readonly Outcome[];
