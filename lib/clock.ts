import * as Calendar from "temporal-polyfill/fns/Calendar";
import * as Duration from "temporal-polyfill/fns/Duration";
import * as PlainDateTime from "temporal-polyfill/fns/PlainDateTime";

/**
 * The application's clock. Code never reads the database's time, so that tests can set the time.
 */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** Creates a clock that goes a signed ISO 8601 duration ahead, such as `P7M` or `-P1DT2H`. */
export function createOffsetClock(offset: string): Clock {
  const duration = Duration.fromString(offset);
  const start = PlainDateTime.fromString(new Date().toISOString().slice(0, -1), Calendar.getBasic);
  const shifted = PlainDateTime.toString(PlainDateTime.add(start, duration));
  const offsetMs = Date.parse(`${shifted}Z`) - Date.parse(`${PlainDateTime.toString(start)}Z`);
  return { now: () => new Date(Date.now() + offsetMs) };
}

/** Returns the instant that lies an ISO 8601 duration, such as `P1Y`, before another, in UTC. */
export function instantBefore(instant: Date, duration: string): Date {
  const later = PlainDateTime.fromString(instant.toISOString().slice(0, -1), Calendar.getBasic);
  const earlier = PlainDateTime.subtract(later, Duration.fromString(duration));
  return new Date(`${PlainDateTime.toString(earlier)}Z`);
}

/** Tells whether a text is a signed ISO 8601 duration. */
export function isClockOffset(text: string): boolean {
  try {
    Duration.fromString(text);
    return true;
  } catch {
    return false;
  }
}
