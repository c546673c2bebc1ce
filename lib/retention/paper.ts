import type { Limits } from "../app-context";
import type { FieldRegistry } from "../fields/registry";
import type { MailSettings } from "../mail/settings";
import type { StorageSettings } from "../storage/drivers";
import type { RuleInForce } from "./rules";

/**
 * A draft on data protection, in plain text. Words in square brackets are what the software cannot
 * know: the organisation fills them in.
 */
export type Paper = { id: string; title: string; lead: string; parts: readonly PaperPart[] };

/** A part of a paper: what is there comes in this order. */
export type PaperPart = {
  title: string;
  text?: readonly string[];
  terms?: readonly (readonly [term: string, text: string])[];
  list?: readonly string[];
  table?: { columns: readonly string[]; rows: readonly (readonly string[])[] };
};

/** A kind of record beside the documents, such as sessions or mails, and when it ends. */
export type PaperRecord = { title: string; what: string; why: string; kept: string };

/** What the papers are made from. */
export type PaperInput = {
  fields: FieldRegistry;
  rules: readonly RuleInForce[];
  records: readonly PaperRecord[];
  limits: Pick<Limits, "backupDays" | "readUrlTtl">;
  timeZone: string;
  storage: StorageSettings;
  mail?: MailSettings | undefined;
};

export const ORGANISATION = "[Name of the organisation]";

/** Who answers for the data: the same lines in the notice and in the record. */
export const CONTROLLER_TERMS = [
  ["Organisation", ORGANISATION],
  ["Address", "[Postal address]"],
  ["Contact", "[E-mail address for questions about data]"],
  ["Data protection officer", "[Name and contact, or “none”]"],
] as const;

/** The other records as a table; no part without any. */
export function recordsPart(title: string, records: readonly PaperRecord[]): PaperPart[] {
  if (records.length === 0) return [];
  const rows = records.map((record) => [record.title, record.what, record.why, record.kept]);
  const text = ["In the words of the page “Your data”, which every member sees."];
  return [{ title, text, table: { columns: ["Record", "What it holds", "Why", "Kept"], rows } }];
}
