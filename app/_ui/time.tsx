"use client";

import { useSyncExternalStore } from "react";
import { formatAge, formatDate, formatDateTime, formatMoment, toIsoDay } from "./format";

/**
 * Shows a time in the reader's zone, and the exact time with the zone on hover. The server renders
 * UTC, because it does not know the zone; the browser replaces it.
 */
export function Time({
  value,
  as = "date",
  now,
}: { value: string; as?: "date" | "moment"; now?: undefined } | { value: string; as: "age"; now: Date }) {
  const zone = useTimeZone();
  const text =
    as === "moment"
      ? formatMoment(value, zone)
      : as === "age" && now
        ? formatAge(value, now)
        : formatDate(value, zone);
  return (
    <time dateTime={value} title={formatDateTime(value, zone)}>
      {text}
    </time>
  );
}

/** Neither changes while a page is open, except at midnight. */
const subscribe = () => () => undefined;

function useTimeZone(): string {
  return useSyncExternalStore(subscribe, browserTimeZone, () => "UTC");
}

function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/**
 * Returns the day of the server's time in the reader's zone as `YYYY-MM-DD`, for date pickers. The
 * clock of the browser may be wrong. On the server the zone is UTC.
 */
export function useToday(serverNow: string): string {
  return toIsoDay(serverNow, useTimeZone());
}
