"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { type InterruptedUpload, checkInterruptedUpload } from "./interrupted-upload";
import { listUnfinishedUploads, watchUnfinishedUploads } from "./unfinished-uploads";

/** The member's uploads to a field that nobody carries on. Asked for after each end of one, here or in another page, and on `lookAgain`. */
export function useUnfinishedUploads(owner: string, field: string, onIn: () => void) {
  const [interruptedUploads, setInterrupted] = useState<readonly InterruptedUpload[]>([]);
  const latestLook = useRef(async () => {});
  const refresh = useCallback(() => void latestLook.current(), []);
  useEffect(() => {
    let latest = 0;
    const look = async () => {
      latest += 1;
      const mine = latest;
      const records = await listUnfinishedUploads(owner, field);
      const standing = await Promise.all(records.map(checkInterruptedUpload));
      if (standing.includes("in")) onIn();
      if (mine === latest)
        setInterrupted(standing.filter((each) => each !== null).filter((each) => each !== "in"));
    };
    latestLook.current = look;
    void look();
    const stop = watchUnfinishedUploads(look);
    return () => {
      latest += 1;
      stop();
    };
  }, [owner, field, onIn]);
  return { interrupted: interruptedUploads, lookAgain: refresh };
}
