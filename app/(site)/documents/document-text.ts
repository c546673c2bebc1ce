import { formatIsoDuration } from "@/lib/fields/duration-text";
import type { Field } from "@/lib/fields/field";
import { issueDateFactOf } from "@/lib/fields/validity";
import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import { isUndecided } from "@/lib/review/outcomes";
import type { AskedSlot } from "./group-slots";

const RETENTION_START_WORDS: Record<NonNullable<Field["retention"]>["from"], string> = {
  decision: "after the decision",
  submission: "after you upload it",
  issue: "after its date of issue",
  superseded: "after it is replaced",
  leaving: "after you leave",
};

/** Says how long we keep a file: "We delete this six months after the decision." */
export function formatRetention({ retention }: Pick<Field, "retention">): string | null {
  if (!retention) return null;
  const rule = `We delete this ${formatIsoDuration(retention.for)} ${RETENTION_START_WORDS[retention.from]}`;
  const { legalBasis } = retention;
  return legalBasis ? `${rule}, also if you erase your account. ${legalBasis}` : `${rule}.`;
}

/** Says how long an approval is valid, by the field's rule. */
export function formatValidity(field: Pick<Field, "validFor" | "validUntil" | "facts">): string | null {
  const { validFor, validUntil } = field;
  if (validUntil) return "An approval is valid until the expiry date of the document.";
  if (!validFor) return null;
  const from = issueDateFactOf(field) ? "its date of issue" : "the decision";
  return `An approval is valid for ${formatIsoDuration(validFor)} from ${from}.`;
}

/** Says who can open the documents of this type, before the member uploads one. */
export function formatReaders({ reviewed, watermark }: Pick<Field, "reviewed" | "watermark">): string {
  const readers = reviewed
    ? "Only you and reviewers with access to this document type can open it."
    : "Only you and people with access to this document type can open it.";
  const mark = watermark ? " Their name is printed over every page they see." : "";
  return `${readers}${mark} Every opening is listed below.`;
}

/** Returns the label of the reviewer's reason, as the field declares it. */
export function reasonLabelOf(
  field: Pick<Field, "reasons">,
  { reason }: Pick<OwnDocument, "reason">,
): string | null {
  return reason === undefined ? null : (field.reasons.find(({ code }) => code === reason)?.label ?? null);
}

/** "2 of 3 are complete. 1 is waiting for review. 1 has expired." */
export function formatDocumentProgress(slots: readonly AskedSlot[]): string {
  const complete = slots.filter(({ current, request }) => current.length > 0 && !request).length;
  const pending = slots.flatMap((slot) => slot.pending);
  const waiting = pending.filter(({ status }) => isUndecided(status)).length;
  const returned = pending.length - waiting;
  const expired = slots.filter(isExpired).length;
  return [
    complete === slots.length
      ? "All documents are complete."
      : `${complete} of ${slots.length} ${complete === 1 ? "is" : "are"} complete.`,
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? "is" : "are"} waiting for review.`] : []),
    ...(returned > 0 ? [`${returned} ${returned === 1 ? "needs" : "need"} a new copy from you.`] : []),
    ...(expired > 0 ? [`${expired} ${expired === 1 ? "has" : "have"} expired.`] : []),
  ].join(" ");
}

/** Returns true if the approval expired and no later document is approved or waits. */
function isExpired({ current, pending, history }: DocumentSlot): boolean {
  return current.length === 0 && pending.length === 0 && history.some(({ status }) => status === "expired");
}

/** Sums up the access log in one line. */
export function formatViewerCount(people: number): string {
  if (people === 0) return "No other person has opened this document yet";
  return people === 1 ? "1 person has opened this document" : `${people} people have opened this document`;
}
