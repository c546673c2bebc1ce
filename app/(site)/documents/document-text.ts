import type { Field } from "@/lib/fields/field";
import { issueDateFactOf } from "@/lib/fields/validity";
import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import { isUndecided } from "@/lib/review/outcomes";

const NUMBER_WORDS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const UNIT_WORDS: Record<string, string> = { Y: "year", M: "month", W: "week", D: "day" };

/** "six months" for P6M, "30 days" for P30D, "one year and six months" for P1Y6M. */
export function formatIsoDuration(duration: string): string {
  const parts = [...duration.matchAll(/(\d+)([YMWD])/g)].map(([, count = "0", unit = ""]) => {
    const number = Number(count);
    return `${NUMBER_WORDS[number] ?? number} ${UNIT_WORDS[unit]}${number === 1 ? "" : "s"}`;
  });
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join("");
}

const RETENTION_START_WORDS: Record<NonNullable<Field["retention"]>["from"], string> = {
  decision: "after the decision",
  submission: "after you send it",
  issue: "after its date of issue",
  superseded: "after it is replaced",
  leaving: "after you leave",
};

/**
 * Says how long we keep a file: "We keep this for at most six months after the decision."
 * No job deletes it yet, so the words say that too.
 */
export function formatRetention({ retention }: Pick<Field, "retention">): string | null {
  if (!retention) return null;
  const longest = `${formatIsoDuration(retention.for)} ${RETENTION_START_WORDS[retention.from]}`;
  return `We keep this for at most ${longest}. For now, we delete it by hand.`;
}

/** Says how long an approval is valid, by the field's rule. */
export function formatValidity(field: Pick<Field, "validFor" | "validUntil" | "facts">): string | null {
  const { validFor, validUntil } = field;
  if (validUntil) return "An approval holds until the expiry date of the document.";
  if (!validFor) return null;
  const from = issueDateFactOf(field) ? "its date of issue" : "the decision";
  return `An approval holds for ${formatIsoDuration(validFor)} from ${from}.`;
}

/** Who gets to see it, said where somebody is about to hand it over. */
export function formatReaders({ reviewed, watermark }: Pick<Field, "reviewed" | "watermark">): string {
  const who = reviewed
    ? "Only you and the reviewers for this kind of document can open it"
    : "Only you and the people who look after this kind of document can open it";
  return `${who}${watermark ? ", and their name is laid over every page they see" : ""}. Each look is on record below.`;
}

/** The reviewer's reason in the field's words. */
export function reasonLabelOf(
  field: Pick<Field, "reasons">,
  { reason }: Pick<OwnDocument, "reason">,
): string | null {
  return reason === undefined ? null : (field.reasons.find(({ code }) => code === reason)?.label ?? null);
}

/** "2 of 3 are in place. 1 is waiting for review. 1 has expired." */
export function formatDocumentProgress(slots: readonly DocumentSlot[]): string {
  const inPlace = slots.filter(({ current }) => current.length > 0).length;
  const pending = slots.flatMap((slot) => slot.pending);
  const waiting = pending.filter(({ status }) => isUndecided(status)).length;
  const back = pending.length - waiting;
  const expired = slots.filter(isExpired).length;
  return [
    inPlace === slots.length
      ? "Everything is in place."
      : `${inPlace} of ${slots.length} ${inPlace === 1 ? "is" : "are"} in place.`,
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? "is" : "are"} waiting for review.`] : []),
    ...(back > 0 ? [`${back} ${back === 1 ? "needs" : "need"} you.`] : []),
    ...(expired > 0 ? [`${expired} ${expired === 1 ? "has" : "have"} expired.`] : []),
  ].join(" ");
}

/** True where the approval expired, and no later document counts or waits. */
function isExpired({ current, pending, history }: DocumentSlot): boolean {
  return current.length === 0 && pending.length === 0 && history.some(({ status }) => status === "expired");
}

/** What the register says in one line. */
export function formatViewerCount(people: number): string {
  if (people === 0) return "Nobody else has opened this yet";
  return people === 1 ? "1 person has seen this" : `${people} people have seen this`;
}
