/**
 * Formats dates, ages and durations. Server and browser must write the same text.
 * So the month names are here, because `Intl` differs ("Sep" and "Sept"), and a time is in UTC
 * unless the caller names a zone, because the server does not know the zone of the browser.
 */
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * "22 Nov 2026". Accepts ISO 8601 with or without a time, as the API sends it. A date without a
 * time has no zone: it is the same day for every reader.
 */
export function formatDate(value: string | Date, zone = "UTC"): string {
  const { day, month, year } = partsOf(
    value,
    typeof value === "string" && value.length === 10 ? "UTC" : zone,
  );
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** "Nov 2026", where the day does not matter. */
export function formatMonth(value: string | Date, zone: string): string {
  const { month, year } = partsOf(value, zone);
  return `${MONTHS[Number(month) - 1]} ${year}`;
}

/** "22 Nov 2026, 14:05", for records in which the minute matters. Names the zone if it is UTC. */
export function formatMoment(value: string | Date, zone: string): string {
  const { hour, minute } = partsOf(value, zone);
  return `${formatDate(value, zone)}, ${hour}:${minute}${zone === "UTC" ? " UTC" : ""}`;
}

/** "22 Nov 2026, 14:05 UTC" or "22 Nov 2026, 15:05 Europe/Berlin": always with the zone. */
export function formatDateTime(value: string | Date, zone = "UTC"): string {
  return zone === "UTC" ? formatMoment(value, zone) : `${formatMoment(value, zone)} ${zone}`;
}

/** "2026-11-22", as a date picker has it. */
export function toIsoDay(value: string | Date, zone: string): string {
  const { day, month, year } = partsOf(value, zone);
  return `${year}-${month}-${day}`;
}

function partsOf(value: string | Date, timeZone: string): Record<string, string> {
  const format = formatters.get(timeZone) ?? createFormatter(timeZone);
  return Object.fromEntries(format.formatToParts(new Date(value)).map(({ type, value }) => [type, value]));
}

/** A formatter costs more than all its results on a page. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function createFormatter(timeZone: string): Intl.DateTimeFormat {
  const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-GB", { ...date, ...time, timeZone, calendar: "gregory" });
  formatters.set(timeZone, format);
  return format;
}

/** "in 3 years", "tomorrow", "today", "12 days ago": calendar days in the zone. */
export function formatRelativeDate(value: string | Date, now: Date, zone = "UTC"): string {
  const days = (Date.parse(toIsoDay(value, zone)) - Date.parse(toIsoDay(now, zone))) / DAY;
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  const span = formatDaySpan(Math.abs(days));
  return days > 0 ? `in ${span}` : `${span} ago`;
}

/** "22 Nov 2026, in 3 years". */
export function formatDateAndRelative(value: string | Date, now: Date, zone = "UTC"): string {
  return `${formatDate(value, zone)}, ${formatRelativeDate(value, now, zone)}`;
}

/** Formats an age for a list: "now", "5 min", "3 h", "2 d", "7 wk", "2 y". */
export function formatAge(value: string | Date, now: Date): string {
  const age = now.getTime() - new Date(value).getTime();
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h`;
  if (age < 14 * DAY) return `${Math.floor(age / DAY)} d`;
  if (age < 365 * DAY) return `${Math.floor(age / (7 * DAY))} wk`;
  return `${Math.floor(age / (365 * DAY))} y`;
}

/** "8 s", "2 min", "1 h 5 min": the rest of a transfer, in whole units. Takes seconds. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rounds to the nearest unit: a date 2 years and 364 days away is not "in 2 years". */
function formatDaySpan(days: number): string {
  if (days < 14) return pluralize(days, "day");
  if (days < 60) return pluralize(Math.round(days / 7), "week");
  const months = Math.round(days / 30.44);
  if (months === 12) return pluralize(1, "year");
  return months < 24 ? pluralize(months, "month") : pluralize(Math.round(days / 365.25), "year");
}

function pluralize(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
