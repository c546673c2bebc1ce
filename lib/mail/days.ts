import type { Clock } from "../clock";

const DAY_MS = 24 * 3600 * 1000;

/** Returns the days from now to a date, a started day counted as a whole one. */
export function daysUntil(date: Date, clock: Clock): number {
  return Math.ceil((date.getTime() - clock.now().getTime()) / DAY_MS);
}

/** Tells whether a date is more than this many days ago. */
export function isOlderThan(days: number, date: Date, clock: Clock): boolean {
  return clock.now().getTime() - date.getTime() > days * DAY_MS;
}

/** Formats a number of days: "1 day", "30 days". */
export function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

/** Formats a calendar day: "3 March 2030". */
export function formatDay(day: string): string {
  const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", format).format(new Date(day));
}
