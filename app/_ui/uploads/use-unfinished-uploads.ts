"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { checkInterruptedUpload, type InterruptedUpload } from "./interrupted-upload";
import { listUnfinishedUploads, watchUnfinishedUploads } from "./unfinished-uploads";

/**
 * Returns the member's interrupted uploads to a field, with their states on the server.
 * Reads them again after each change of the records, in any page, and on `refresh`.
 * Calls `onCompleted` if one was completed in the meantime.
 */
export function useUnfinishedUploads(owner: string, field: string, onCompleted: () => void) {
  const [interruptedUploads, setInterruptedUploads] = useState<readonly InterruptedUpload[]>([]);
  const latestCheck = useRef(async () => {});
  const refresh = useCallback(() => void latestCheck.current(), []);
  useEffect(() => {
    let latestRun = 0;
    const check = async () => {
      latestRun += 1;
      const run = latestRun;
      const records = await listUnfinishedUploads(owner, field);
      const uploads = await Promise.all(records.map(checkInterruptedUpload));
      if (uploads.includes("completed")) onCompleted();
      if (run !== latestRun) return;
      setInterruptedUploads(
        uploads.filter((upload) => upload !== null).filter((upload) => upload !== "completed"),
      );
    };
    latestCheck.current = check;
    void check();
    const stopWatching = watchUnfinishedUploads(check);
    return () => {
      latestRun += 1;
      stopWatching();
    };
  }, [owner, field, onCompleted]);
  return { interruptedUploads, refresh };
}
