/** What a declared file field says. Everything about a file (form, ticket, inspection, queue, retention) derives from it. */
export type Field = {
  /** Key on the user's record, `camelCase`; part of the HTTP contract once it is used. */
  name: string;
  label: string;
  /** Why it is asked for and what a good one looks like, in one or two sentences. */
  help: string;
  /** Storage class that the bytes are bound for. */
  storage: "public" | "private";
  /** Who sets the visibility flag: nobody ("fixed") or the owner. */
  visibility: "fixed" | "owner";
  /** Several files at once, or one that a new one supersedes. */
  many: boolean;
  /** Media types, as sniffed from the bytes and not as claimed. */
  accept: readonly MediaType[];
  /** Bytes. */
  maxSize: number;
  /** Bytes; a larger file travels in several parts. */
  partSize: number;
  reviewed: boolean;
  /** What a reviewer may answer other than "approve". */
  reasons: readonly Reason[];
  /** What a reviewer takes down; kept when the bytes are gone. */
  facts: readonly Fact[];
  /** ISO 8601 duration of an approval, counted from the date of issue where that is a fact, else from the decision. */
  validFor?: string;
  /** How long we may keep the bytes. A private field must say. No job destroys them yet. */
  retention?: { from: RetentionStart; for: string };
  /** May people with a grant have the original. */
  download: boolean;
  /** Is the viewer's name laid over what a reviewer sees. */
  watermark: boolean;
  /** How many reviewers must agree. The registry refuses 2: no code asks a second reviewer yet. */
  reviewers: 1 | 2;
};

export type RetentionStart = "decision" | "submission" | "issue" | "superseded" | "leaving";
export type MediaType = "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
export type Reason = { code: string; label: string; outcome: "request_changes" | "reject" };
export type Fact = { name: string; label: string; kind: "text" | "date" | "check"; required: boolean };

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

export const IMAGES = ["image/jpeg", "image/png", "image/webp"] as const satisfies readonly MediaType[];
export const IMAGES_AND_PDF = [...IMAGES, "application/pdf"] as const satisfies readonly MediaType[];
