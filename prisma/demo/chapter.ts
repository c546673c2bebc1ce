import type { Facts } from "../../lib/files/file";
import type { Outcome } from "../../lib/review/decisions";
import type { PersonKey } from "./people";

/** Days before now; 0.5 is twelve hours. */
export type Ago = number;
type Reviewer = "mira" | "jonas";

export type Decided = {
  by: Reviewer;
  ago: Ago;
  outcome: Outcome;
  reason?: string;
  message?: string;
  note?: string;
  facts?: Facts;
  /** Taken back some seconds later. */
  undone?: boolean;
};

/** One document: how it is made, and what happened to it, in this order. */
export type Chapter = {
  field: "dbsCertificate" | "medicalLetter" | "contract";
  name: string;
  type: "application/pdf" | "image/jpeg";
  draw: () => Promise<Buffer>;
  sent: Ago;
  seen?: { by: PersonKey; ago: Ago; intent?: "view" | "download" }[];
  decided?: Decided[];
  withdrawn?: Ago;
};
