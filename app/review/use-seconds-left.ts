"use client";

import { useEffect, useState } from "react";
import { secondsUntil } from "./countdown";
import { serverTime } from "./server-time";

export const getBrowserTime = () => Date.now();
export const getServerTime = () => serverTime.now(Date.now());

/** Whole seconds until a moment (ms), counted down; null where there is none, and until the page has come to life. */
export function useSecondsLeft(until: number | null, clock: () => number): number | null {
  const [counted, setCounted] = useState<{ until: number; left: number } | null>(null);
  useEffect(() => {
    if (until === null) return;
    const count = () => {
      const left = secondsUntil(until, clock());
      setCounted((before) => (before?.until === until && before.left === left ? before : { until, left }));
    };
    count();
    const timer = setInterval(count, 250);
    // A tab in the background counts slowly.
    document.addEventListener("visibilitychange", count);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", count);
    };
  }, [until, clock]);
  return counted !== null && counted.until === until ? counted.left : null;
}
