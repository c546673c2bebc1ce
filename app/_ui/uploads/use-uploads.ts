"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { announce } from "../announce";
import type { UploadField } from "./file-validation";
import { findActiveUploads, canResumeWith } from "./active-uploads";
import type { Upload } from "./upload";
import { isActive, type UploadProblem } from "./upload-state";

/** A file that was stopped before it left. */
export type RejectedFile = { id: string; name: string; problem: UploadProblem };

/**
 * What sends files and shows how they fare is fetched when somebody is about to choose one: most look at these pages and send nothing. All of it before
 * the first byte leaves, or on a slow line the buttons would come last.
 */
async function loadUploadCode() {
  const [sending] = await Promise.all([
    import("./send-files"),
    import("./upload-row"),
    import("./unfinished-upload-rows"),
  ]);
  return sending;
}

const CODE_NOT_LOADED: UploadProblem = {
  code: "offline",
  detail: "What sends files could not be fetched. Look at your connection and choose it again.",
};

/**
 * The uploads of one control for the member `owner`: takes files and calls `onDone` as each one is in. They survive the control: another page of the
 * site can be looked at meanwhile, and a file that was interrupted in parts goes on when it is chosen again. Whoever closes the page while something is
 * under way is asked whether they mean it.
 */
export function useUploads(
  field: UploadField,
  owner: string,
  onDone: (name: string, fileId: string) => void,
) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [rejectedFiles, setStopped] = useState<readonly RejectedFile[]>([]);
  const latest = useRef(uploads);
  latest.current = uploads;
  const done = useRef(onDone);
  done.current = onDone;
  const stops = useRef(0);
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
    for (const upload of findActiveUploads(field.name, owner)) show(upload);
    return () => {
      for (const stop of deafen.current.splice(0)) stop();
    };
  }, [field.name, owner, show]);

  const add = useCallback(
    async (files: readonly File[], crop?: Crop) => {
      setStopped([]);
      const shown = latest.current;
      const kept = (upload: Upload) => files.some((file) => canResumeWith(upload, file, crop));
      // Where there is place for one, what is under way has been answered by the new choice.
      if (!field.many) for (const other of shown) if (!kept(other)) other.cancel();
      // So has what failed, unless parts of it have arrived.
      const stays = (upload: Upload) =>
        isActive(upload.state) || (upload.state.name === "failed" && (upload.isMultipart || kept(upload)));
      setUploads((others) => others.filter(stays));
      const stop = (file: File, problem: UploadProblem) => {
        stops.current += 1;
        const id = `stopped-${stops.current}`;
        setStopped((others) => [...others, { id, name: file.name, problem }]);
        announce(`${file.name} could not be sent. ${problem.detail}`);
      };
      const sending = await loadUploadCode().catch(() => null);
      if (sending) await sending.sendFiles(files, { field, owner, crop, visibleUploads: shown, onStarted: show, onRejected: stop });
      else for (const file of files) stop(file, CODE_NOT_LOADED);
    },
    [field, owner, show],
  );

  const remove = useCallback((upload: Upload) => {
    upload.cancel();
    setUploads((others) => others.filter((other) => other !== upload));
  }, []);

  /** Somebody is about to choose a file: what they will need comes while they look for it. A failure shows when it is needed. */
  const preload = useCallback(() => void loadUploadCode().catch(() => undefined), []);

  return { uploads, stopped: rejectedFiles, add, remove, prepare: preload };
}
