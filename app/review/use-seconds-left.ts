"use client";

import { useEffect, useState } from "react";
import { secondsUntil } from "./countdown";
import { serverTime } from "./server-time";

export const getBrowserTime = () => Date.now();
export const getServerTime = () => serverTime.now(Date.now());

/** Counts down the whole seconds until a time (ms); null without one, and before hydration. */
export function useSecondsLeft(until: number | null, clock: () => number): number | null {
  const [countdown, setCountdown] = useState<{ until: number; seconds: number } | null>(null);
  useEffect(() => {
    if (until === null) return;
    const count = () => {
      const seconds = secondsUntil(until, clock());
      setCountdown((previous) =>
        previous?.until === until && previous.seconds === seconds ? previous : { until, seconds },
      );
    };
    count();
    const timer = setInterval(count, 250);
    // Browsers slow the timers of background tabs.
    document.addEventListener("visibilitychange", count);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", count);
    };
  }, [until, clock]);
  return countdown !== null && countdown.until === until ? countdown.seconds : null;
}
