import type { Facts } from "../../lib/files/file";
import type { Outcome } from "../../lib/review/outcomes";
import type { PersonKey } from "./people";

/** Days before now. 0.5 is twelve hours. */
export type DaysAgo = number;
type Reviewer = "mira" | "jonas";

export type PastDecision = {
  by: Reviewer;
  ago: DaysAgo;
  outcome: Outcome;
  reason?: string;
  message?: string;
  note?: string;
  facts?: Facts;
  /** Whether the reviewer undoes the decision some seconds later. */
  undone?: boolean;
};

/** One document: how to render it, and its events in this order. */
export type DocumentHistory = {
  field: "dbsCertificate" | "medicalLetter" | "contract";
  name: string;
  type: "application/pdf" | "image/jpeg";
  render: () => Promise<Buffer>;
  sent: DaysAgo;
  seen?: { by: PersonKey; ago: DaysAgo; intent?: "view" | "download" }[];
  decided?: PastDecision[];
  withdrawn?: DaysAgo;
};
