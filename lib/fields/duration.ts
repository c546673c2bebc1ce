const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/;

/** Tells whether a text is an ISO 8601 duration of years, months, weeks and days, without time. */
export function isDuration(text: string): boolean {
  return DURATION.test(text) && text !== "P";
}

/**
 * Adds an ISO 8601 calendar duration to `start`, in UTC. A day that the target month does not have
 * becomes its last day: 31 January plus P1M is 28 or 29 February.
 */
export function addDuration(start: Date, duration: string): Date {
  const match = DURATION.exec(duration);
  if (!match || duration === "P") throw new Error(`"${duration}" is no ISO 8601 calendar duration`);
  const [years = 0, months = 0, weeks = 0, days = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const end = new Date(start);
  const day = end.getUTCDate();
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + years * 12 + months);
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(day, lastDay));
  end.setUTCDate(end.getUTCDate() + weeks * 7 + days);
  return end;
}
