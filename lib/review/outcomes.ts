import type { FileStatus } from "../db/generated/enums";
import { DECISIONS } from "./decisions";

// Derives lists from the table of decisions. A test replaces the table to plant an outcome.

type Decisions = typeof DECISIONS;
export type Outcome = keyof Decisions;
type DecidedStatus = Decisions[Outcome]["status"];

const RULES = Object.values(DECISIONS);
requireUnique(
  "key",
  RULES.map(({ key }) => key),
);
requireUnique(
  "status",
  RULES.map(({ status }) => status),
);

/** Throws an error where two rows of the table have the same value. */
function requireUnique(property: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated)
    throw new Error(`Two outcomes in lib/review/decisions.ts have the ${property} "${repeated}".`);
}

/** All outcomes, in the order of their buttons. */
export const OUTCOMES = Object.keys(DECISIONS) as Outcome[];

/** The outcome of the row that takes a decision back. */
export const UNDO = "undo";

/** Status of a file that no reviewer has decided on yet. */
export const SUBMITTED_STATUS = "submitted" satisfies FileStatus;

/** Statuses of files that wait for a decision. */
export const UNDECIDED_STATUSES: readonly FileStatus[] = [
  SUBMITTED_STATUS,
  ...RULES.filter(({ staysUndecided }) => staysUndecided).map(({ status }) => status),
];

export function isUndecided(status: FileStatus): boolean {
  return UNDECIDED_STATUSES.includes(status);
}

/** Tells whether an outcome approves the document: it takes the place of the earlier approval. */
export function isApproval(outcome: Outcome): boolean {
  const approved: FileStatus = "approved";
  return DECISIONS[outcome].status === approved;
}

/** The stamps of the statuses that a decision sets. */
export const DECIDED_STAMPS = Object.fromEntries(RULES.map(({ status, stamp }) => [status, stamp])) as Record<
  DecidedStatus,
  Decisions[Outcome]["stamp"]
>;

export type QueueStatus = typeof SUBMITTED_STATUS | DecidedStatus | "expired" | "superseded";

/** The statuses that filter the queue. An approval past its date is `expired` here. */
export const QUEUE_STATUSES: readonly QueueStatus[] = [
  ...new Set<QueueStatus>([SUBMITTED_STATUS, ...RULES.map(({ status }) => status), "expired", "superseded"]),
];

/** Finds the outcome with this name; undefined for any other text. */
export function findOutcome(name: unknown): Outcome | undefined {
  return OUTCOMES.find((outcome) => outcome === name);
}
