"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { announce } from "../announce";
import { examine, type UploadField } from "./chosen-file";
import { onTheWay, setOut } from "./on-the-way";
import { browserTools } from "./tools";
import { isSameFile, unfinishedUploads } from "./unfinished";
import { Upload } from "./upload";
import { isActive, type UploadProblem } from "./upload-state";

/** A file that was stopped before it left. */
export type Stopped = { id: string; name: string; problem: UploadProblem };

/**
 * The uploads of one control: takes files and calls `onDone` as each one is in. With an `owner` they survive the control: another page of the site can
 * be looked at meanwhile, and a file that was interrupted in parts goes on when it is chosen again. Whoever closes the page while something is under way
 * is asked whether they mean it.
 */
export function useUploads(
  field: UploadField,
  onDone: (name: string, fileId: string) => void,
  owner?: string,
) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [stopped, setStopped] = useState<readonly Stopped[]>([]);
  const done = useRef(onDone);
  done.current = onDone;
  const deafen = useRef<(() => void)[]>([]);

  const show = useCallback((upload: Upload) => {
    const hear = () => {
      const { state } = upload;
      if (state.name === "cancelled" || state.name === "done")
        setUploads((others) => others.filter((other) => other !== upload));
      if (state.name === "done") done.current(upload.request.name, state.fileId);
    };
    deafen.current.push(upload.subscribe(hear));
    setUploads((others) => (others.includes(upload) ? others : [...others, upload]));
    hear();
  }, []);

  useEffect(() => {
    for (const upload of onTheWay(field.name, owner)) show(upload);
    return () => {
      for (const stop of deafen.current.splice(0)) stop();
    };
  }, [field.name, owner, show]);

  const add = useCallback(
    async (files: readonly File[], crop?: Crop) => {
      setStopped([]);
      setUploads((others) => {
        // What failed has been answered by a new choice, unless parts of it have arrived; where there is place for one, so has what is under way.
        if (!field.many) for (const other of others) other.cancel();
        return others.filter(({ state, inParts }) => isActive(state) || (state.name === "failed" && inParts));
      });
      const stop = (file: File, problem: UploadProblem) => {
        setStopped((others) => [...others, { id: browserTools.newKey(), name: file.name, problem }]);
        announce(`${file.name} could not be sent. ${problem.detail}`);
      };
      const unfinished = owner === undefined ? [] : await unfinishedUploads(owner, field.name);
      for (const [index, file] of files.entries()) {
        if (index > 0 && !field.many) {
          stop(file, {
            code: "conflict",
            detail: "There is place for one file here; the first one is being sent.",
          });
          continue;
        }
        const told = await examine(file, field);
        if ("problem" in told) {
          stop(file, told.problem);
          continue;
        }
        const { name, partSize } = field;
        const resumes = unfinished.find((record) => isSameFile(record, file))?.id;
        const { type } = told;
        const request = { field: name, file, name: file.name, type, partSize, crop, owner, resumes };
        const upload = new Upload(request, browserTools);
        setOut(upload);
        show(upload);
      }
    },
    [field, owner, show],
  );

  const remove = useCallback((upload: Upload) => {
    upload.cancel();
    setUploads((others) => others.filter((other) => other !== upload));
  }, []);

  return { uploads, stopped, add, remove };
}
