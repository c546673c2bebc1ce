"use client";

import { useEffect, useState } from "react";
import { type Interrupted, standingOf } from "./interrupted";
import { unfinishedUploads, watchUnfinished } from "./unfinished";

/** The member's uploads to a field that wait for their file to be chosen again. Asked for after each end of one, here or in another page. */
export function useUnfinished(owner: string, field: string): readonly Interrupted[] {
  const [interrupted, setInterrupted] = useState<readonly Interrupted[]>([]);
  useEffect(() => {
    let latest = 0;
    const look = async () => {
      latest += 1;
      const mine = latest;
      const records = await unfinishedUploads(owner, field);
      const standing = await Promise.all(records.map(standingOf));
      if (mine === latest) setInterrupted(standing.filter((each) => each !== null));
    };
    void look();
    const stop = watchUnfinished(look);
    return () => {
      latest += 1;
      stop();
    };
  }, [owner, field]);
  return interrupted;
}
