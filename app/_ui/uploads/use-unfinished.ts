"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { type Interrupted, standingOf } from "./interrupted";
import { unfinishedUploads, watchUnfinished } from "./unfinished";

/** The member's uploads to a field that nobody carries on. Asked for after each end of one, here or in another page, and on `lookAgain`. */
export function useUnfinished(owner: string, field: string, onIn: () => void) {
  const [interrupted, setInterrupted] = useState<readonly Interrupted[]>([]);
  const latestLook = useRef(async () => {});
  const lookAgain = useCallback(() => void latestLook.current(), []);
  useEffect(() => {
    let latest = 0;
    const look = async () => {
      latest += 1;
      const mine = latest;
      const records = await unfinishedUploads(owner, field);
      const standing = await Promise.all(records.map(standingOf));
      if (standing.includes("in")) onIn();
      if (mine === latest)
        setInterrupted(standing.filter((each) => each !== null).filter((each) => each !== "in"));
    };
    latestLook.current = look;
    void look();
    const stop = watchUnfinished(look);
    return () => {
      latest += 1;
      stop();
    };
  }, [owner, field, onIn]);
  return { interrupted, lookAgain };
}
