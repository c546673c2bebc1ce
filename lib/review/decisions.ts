import type { FileStatus } from "../db/generated/enums";

/** What the application knows about one outcome of a review. */
export type DecisionRule = {
  /** Text of the button that opens the decision. */
  label: string;
  /** Text of the button that sends the decision. */
  confirm: string;
  /** Text of the decision in the history. */
  done: string;
  /** Shortcut that opens the decision, in lower case. */
  key: string;
  tone: "quiet" | "danger";
  /** The reviewer has to choose one of the field's reasons for this outcome. */
  needsReason: boolean;
  /** The reviewer has to enter the field's required facts. */
  needsFacts: boolean;
  /** Status of the file after the decision. The status `approved` makes the outcome an approval. */
  status: FileStatus;
  /** The file waits for a further decision. */
  staysUndecided: boolean;
  /** The mail that the member gets after the undo time. */
  mail: "news" | "send-again";
  /** How the status looks, as a stamp and as a filter of the queue. */
  stamp: {
    /** Text for the owner of the file. */
    label: string;
    /** Text for reviewers, if it differs. */
    reviewerLabel?: string;
    color: string;
    icon: string;
  };
};

/**
 * The outcomes of a review. Buttons, validation, stamps, queue filters, history and trail derive
 * from this table, so a new outcome is one new row. It also needs a migration if its status is new.
 */
export const DECISIONS = {
  approve: {
    label: "Approve",
    confirm: "Approve this document",
    done: "Approved",
    key: "a",
    tone: "quiet",
    needsReason: false,
    needsFacts: true,
    status: "approved",
    staysUndecided: false,
    mail: "news",
    stamp: { label: "Approved", color: "approved", icon: "check" },
  },
  request_changes: {
    label: "Ask for a new copy",
    confirm: "Send the request",
    done: "Asked for a new copy",
    key: "c",
    tone: "quiet",
    needsReason: true,
    needsFacts: false,
    status: "changes_requested",
    staysUndecided: false,
    mail: "send-again",
    stamp: {
      label: "Please send again",
      reviewerLabel: "Changes requested",
      color: "changes",
      icon: "again",
    },
  },
  reject: {
    label: "Reject",
    confirm: "Reject this document",
    done: "Rejected",
    key: "r",
    tone: "danger",
    needsReason: true,
    needsFacts: false,
    status: "rejected",
    staysUndecided: false,
    mail: "news",
    stamp: { label: "Not accepted", reviewerLabel: "Rejected", color: "refused", icon: "stop" },
  },
} as const satisfies Record<string, DecisionRule>;
