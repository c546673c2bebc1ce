"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { announce } from "../announce";
import { canResumeWith, findActiveUploads } from "./active-uploads";
import type { UploadField } from "./file-validation";
import type { ValidFile } from "./send-files";
import type { Upload } from "./upload";
import { isActive, type UploadProblem } from "./upload-state";

/** A file that was rejected before its upload started. */
export type RejectedFile = { id: string; name: string; problem: UploadProblem };

/**
 * Loads the upload code when the member is about to choose a file: most visits upload nothing.
 * Loads the rows with it. On a slow connection, their buttons would otherwise appear last.
 */
async function loadUploadCode() {
  const [code] = await Promise.all([
    import("./send-files"),
    import("./upload-row"),
    import("./unfinished-upload-rows"),
  ]);
  return code;
}

const CODE_NOT_LOADED: UploadProblem = {
  code: "offline",
  detail:
    "The upload function could not be loaded. Check your internet connection and choose the file again.",
};

/**
 * Connects one control to the uploads of the member `owner`, and calls `onDone` for each file.
 * `check` validates chosen files and shows what is wrong with one; `send` uploads what it returned.
 * An upload continues when the control unmounts, so the member can visit other pages.
 * An interrupted multipart upload resumes when the member chooses its file again.
 */
export function useUploads(
  field: UploadField,
  owner: string,
  onDone: (name: string, fileId: string) => void,
) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [rejectedFiles, setRejectedFiles] = useState<readonly RejectedFile[]>([]);
  const latestUploads = useRef(uploads);
  latestUploads.current = uploads;
  const latestOnDone = useRef(onDone);
  latestOnDone.current = onDone;
  const rejectedCount = useRef(0);
  const unsubscribes = useRef<(() => void)[]>([]);

  const show = useCallback((upload: Upload) => {
    const onChange = () => {
      const { state } = upload;
      if (state.name === "cancelled" || state.name === "done")
        setUploads((others) => others.filter((other) => other !== upload));
      if (state.name === "done") latestOnDone.current(upload.request.name, state.fileId);
    };
    unsubscribes.current.push(upload.subscribe(onChange));
    setUploads((others) => (others.includes(upload) ? others : [...others, upload]));
    onChange();
  }, []);

  useEffect(() => {
    for (const upload of findActiveUploads(field.name, owner)) show(upload);
    return () => {
      for (const unsubscribe of unsubscribes.current.splice(0)) unsubscribe();
    };
  }, [field.name, owner, show]);

  const check = useCallback(
    async (files: readonly File[]): Promise<ValidFile[]> => {
      setRejectedFiles([]);
      const onRejected = (file: File, problem: UploadProblem) => {
        rejectedCount.current += 1;
        const id = `rejected-${rejectedCount.current}`;
        setRejectedFiles((others) => [...others, { id, name: file.name, problem }]);
        announce(`${file.name}: not uploaded. ${problem.detail}`);
      };
      const code = await loadUploadCode().catch(() => null);
      if (code) return code.validateFiles(files, field, onRejected);
      for (const file of files) onRejected(file, CODE_NOT_LOADED);
      return [];
    },
    [field],
  );

  const send = useCallback(
    async (files: readonly ValidFile[], crop?: Crop) => {
      const visibleUploads = latestUploads.current;
      const isResumed = (upload: Upload) => files.some(({ file }) => canResumeWith(upload, file, crop));
      // In a field for one file, the new choice replaces the active upload.
      if (!field.many) for (const other of visibleUploads) if (!isResumed(other)) other.cancel();
      // It also removes failed uploads, except those with received parts.
      const stays = (upload: Upload) =>
        isActive(upload.state) ||
        (upload.state.name === "failed" && (upload.isMultipart || isResumed(upload)));
      setUploads((others) => others.filter(stays));
      const { sendFiles } = await loadUploadCode();
      await sendFiles(files, { field, owner, crop, visibleUploads, onStarted: show });
    },
    [field, owner, show],
  );

  const remove = useCallback((upload: Upload) => {
    upload.cancel();
    setUploads((others) => others.filter((other) => other !== upload));
  }, []);

  /** Loads the upload code while the member looks for a file. `check` reports a failure. */
  const preload = useCallback(() => void loadUploadCode().catch(() => undefined), []);

  return { uploads, rejectedFiles, check, send, remove, preload };
}
