"use client";

import { useEffect } from "react";
import { useLazyComponent } from "../use-lazy-component";
import type { UploadField } from "./file-validation";
import { watchStoredUploads } from "./stored-uploads";

const loadRows = () => import("./unfinished-upload-rows").then((module) => module.UnfinishedUploadRows);

/**
 * Shows the uploads of earlier pages on this device. Loads the code of the rows only if
 * localStorage has a record, or if an active upload (`isSending`) may leave one.
 */
export function UnfinishedUploadList({
  field,
  owner,
  isSending,
  onFiles,
}: {
  field: UploadField;
  owner: string;
  isSending: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { component: UnfinishedRows, load } = useLazyComponent(loadRows);
  useEffect(() => watchStoredUploads(load), [load]);
  useEffect(() => {
    if (isSending) load();
  }, [isSending, load]);
  return UnfinishedRows ? <UnfinishedRows field={field} owner={owner} onFiles={onFiles} /> : null;
}
