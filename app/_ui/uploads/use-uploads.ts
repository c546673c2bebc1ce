"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { announce } from "../announce";
import { examine, type UploadField } from "./chosen-file";
import { browserTools } from "./tools";
import { Upload } from "./upload";
import { isActive, type UploadProblem, type UploadState } from "./upload-state";
import { announcementOf } from "./upload-words";

/** A file that was stopped before it left. */
export type Stopped = { id: string; name: string; problem: UploadProblem };

/**
 * The uploads of one control: takes files, tells listeners how they fare, and calls `onDone` as each one is in. Whoever leaves the page while
 * something is under way is asked whether they mean it.
 */
export function useUploads(field: UploadField, onDone: (name: string, fileId: string) => void) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [stopped, setStopped] = useState<readonly Stopped[]>([]);
  const done = useRef(onDone);
  done.current = onDone;

  const begin = useCallback((upload: Upload) => {
    const { name, file } = upload.request;
    let before: UploadState = { name: "queued" };
    const hear = () => {
      const after = upload.state;
      const words = announcementOf(before, after, name, file.size);
      before = after;
      if (words) announce(words);
      if (after.name === "cancelled" || after.name === "done")
        setUploads((others) => others.filter((other) => other !== upload));
      if (after.name === "done") done.current(name, after.fileId);
    };
    upload.subscribe(hear);
    setUploads((others) => [...others, upload]);
    hear();
  }, []);

  const add = useCallback(
    async (files: readonly File[], crop?: Crop) => {
      setStopped([]);
      setUploads((others) => {
        // What failed has been answered by a new choice; where there is place for one, so has what is under way.
        if (!field.many) for (const other of others) other.cancel();
        return others.filter(({ state }) => isActive(state));
      });
      const stop = (file: File, problem: UploadProblem) => {
        setStopped((others) => [...others, { id: browserTools.newKey(), name: file.name, problem }]);
        announce(`${file.name} could not be sent. ${problem.detail}`);
      };
      for (const [index, file] of files.entries()) {
        if (index > 0 && !field.many) {
          stop(file, {
            code: "conflict",
            detail: "There is place for one file here; the first one is being sent.",
          });
          continue;
        }
        const told = await examine(file, field);
        if ("problem" in told) stop(file, told.problem);
        else
          begin(
            new Upload({ field: field.name, file, name: file.name, type: told.type, crop }, browserTools),
          );
      }
    },
    [field, begin],
  );

  const remove = useCallback((upload: Upload) => {
    setUploads((others) => others.filter((other) => other !== upload));
  }, []);

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (uploads.some(({ state }) => isActive(state))) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [uploads]);

  return { uploads, stopped, add, remove };
}
