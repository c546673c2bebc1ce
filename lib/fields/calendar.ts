import * as Calendar from "temporal-polyfill/fns/Calendar";
import * as Duration from "temporal-polyfill/fns/Duration";
import * as Instant from "temporal-polyfill/fns/Instant";
import * as PlainDate from "temporal-polyfill/fns/PlainDate";
import * as ZonedDateTime from "temporal-polyfill/fns/ZonedDateTime";

// Calendar arithmetic of the Temporal API, in its small form: the review page computes with it too.

/** A calendar day as `YYYY-MM-DD`, in no time zone. */
export type Day = string;

const DURATION = /^P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/;

/** Tells whether a text is an ISO 8601 duration of years, months, weeks and days, without time. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}

/**
 * Adds an ISO 8601 calendar duration to a day. A day that the target month does not have becomes
 * its last day: 31 January plus P1M is 28 or 29 February. Throws on a text that is no duration.
 */
export function addDuration(day: Day, duration: string): Day {
  if (!isDuration(duration)) throw new Error(`"${duration}" is no ISO 8601 calendar duration`);
  return PlainDate.toString(PlainDate.add(parseDay(day), Duration.fromString(duration)));
}

/** Returns the day of an instant in a time zone of the IANA database, such as "Europe/Berlin". */
export function dayOf(instant: Date, timeZone: string): Day {
  const zoned = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(instant.getTime()), timeZone);
  return PlainDate.toString(ZonedDateTime.toPlainDate(zoned));
}

/** Returns the first instant of a day. Where the clock changes at midnight, that is not 0:00. */
export function startOfDay(day: Day, timeZone: string): Date {
  return new Date(PlainDate.toZonedDateTime(parseDay(day), timeZone).epochMilliseconds);
}

/** Returns the last millisecond of a day in a time zone: "until" a day includes that day. */
export function endOfDay(day: Day, timeZone: string): Date {
  return new Date(startOfDay(addDuration(day, "P1D"), timeZone).getTime() - 1);
}

/** Reads a day from a recorded fact. Null for anything else. */
export function toDay(value: unknown): Day | null {
  if (typeof value !== "string") return null;
  try {
    return PlainDate.toString(parseDay(value));
  } catch {
    return null;
  }
}

function parseDay(day: Day): PlainDate.Record {
  return PlainDate.fromString(day, Calendar.getBasic);
}
