"use client";

import { useEffect } from "react";
import { useOnDemand } from "../use-on-demand";
import type { UploadField } from "./chosen-file";
import { watchRemembered } from "./remembered";

const loadRows = () => import("./unfinished-rows").then((module) => module.UnfinishedRows);

/** What was on its way from this device when a page was left. Its code is fetched where the device remembers anything, or `sending` may leave something to remember. */
export function UnfinishedList({
  field,
  owner,
  sending,
  onFiles,
}: {
  field: UploadField;
  owner: string;
  sending: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { component: UnfinishedRows, fetch } = useOnDemand(loadRows);
  useEffect(() => watchRemembered(fetch), [fetch]);
  useEffect(() => {
    if (sending) fetch();
  }, [sending, fetch]);
  return UnfinishedRows ? <UnfinishedRows field={field} owner={owner} onFiles={onFiles} /> : null;
}
