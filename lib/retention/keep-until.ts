import type { FileStatus } from "../db/generated/enums";
import { addDuration, type Day, dayOf, endOfDay, toDay } from "../fields/calendar";
import type { Field } from "../fields/field";
import { issueDateFactOf } from "../fields/validity";

/** A retention rule: the event that starts the retention, and how long it lasts from then on. */
export type Rule = {
  from: NonNullable<Field["retention"]>["from"];
  for: string;
  /** How long a file without an approval is kept, if its retention has not started. */
  undecidedFor: string;
  /** The fact that is the date of issue. */
  issueFact: string | null;
};

/** What the date of a file depends on: columns of its row. */
export type DatedFile = {
  status: FileStatus;
  createdAt: Date;
  decidedAt: Date | null;
  supersededAt: Date | null;
  purgedAt: Date | null;
  facts: unknown;
};

/** When the owner left, or null; and the organisation's time zone. */
export type DatedOwner = { leftAt: Date | null; timeZone: string };

const DEFAULT_UNDECIDED_FOR = "P1Y";
const UNAPPROVED: ReadonlySet<FileStatus> = new Set(["submitted", "changes_requested", "rejected"]);

/** Returns the rule that a private field declares. Throws for a field without retention. */
export function declaredRuleOf(field: Field): Rule {
  const { name, retention, undecidedFor = DEFAULT_UNDECIDED_FOR } = field;
  if (!retention) throw new Error(`The field ${name} declares no retention.`);
  const { from, for: lasts } = retention;
  return { from, for: lasts, undecidedFor, issueFact: issueDateFactOf(field) ?? null };
}

/**
 * Computes the last instant of the last day on which the bytes are kept. Null: they are destroyed,
 * or the file is in use and ends only after a later event, such as leaving. An end of `P6M` that
 * starts on 31 August is the end of 28 February, in the organisation's time zone.
 */
export function keepUntilOf(rule: Rule, file: DatedFile, { leftAt, timeZone }: DatedOwner): Date | null {
  if (file.purgedAt) return null;
  const dayOrNull = (instant: Date | null) => instant && dayOf(instant, timeZone);
  const start = startOf(rule, file, leftAt, dayOrNull);
  const last = start ? addDuration(start, rule.for) : earliest(fallbackEnds(rule, file, leftAt, dayOrNull));
  if (last === null) return null;
  // A document may be too old when it is decided. The decision can still be undone for a while.
  const decidedOn = dayOrNull(file.decidedAt);
  return endOfDay(decidedOn !== null && decidedOn > last ? decidedOn : last, timeZone);
}

type ToDay = (instant: Date | null) => Day | null;

/** Returns the day on which the retention starts, or null if its event has not happened. */
function startOf(rule: Rule, file: DatedFile, leftAt: Date | null, dayOrNull: ToDay): Day | null {
  switch (rule.from) {
    case "submission":
      return dayOrNull(file.createdAt);
    case "decision":
      return dayOrNull(file.decidedAt);
    case "issue":
      // A rejection may have no date of issue.
      return issueDayOf(rule, file) ?? dayOrNull(file.decidedAt);
    case "superseded":
      return dayOrNull(file.supersededAt);
    case "leaving":
      return dayOrNull(leftAt);
  }
}

/** Lists ends of a file whose retention has not started and may never start. */
function fallbackEnds(rule: Rule, file: DatedFile, leftAt: Date | null, dayOrNull: ToDay): (Day | null)[] {
  const after = (start: Day | null, duration: string) => start && addDuration(start, duration);
  return [
    // A replaced file gets no decision any more.
    rule.from === "leaving" ? null : after(dayOrNull(file.supersededAt), rule.for),
    after(dayOrNull(leftAt), rule.for),
    UNAPPROVED.has(file.status)
      ? after(dayOrNull(file.decidedAt ?? file.createdAt), rule.undecidedFor)
      : null,
  ];
}

function issueDayOf({ issueFact }: Rule, { facts }: DatedFile): Day | null {
  const isRecord = typeof facts === "object" && facts !== null && issueFact !== null;
  return isRecord ? toDay(Object.entries(facts).find(([name]) => name === issueFact)?.[1]) : null;
}

/** Days of the form `YYYY-MM-DD` sort as text. */
function earliest(days: readonly (Day | null)[]): Day | null {
  return days.filter((day) => day !== null).sort()[0] ?? null;
}
