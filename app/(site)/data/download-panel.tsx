"use client";

import { useSyncExternalStore } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { Progress } from "@/app/_ui/progress";
import { useFocusFallback } from "@/app/_ui/uploads/use-focus-fallback";
import { canSaveWhileDownloading } from "./export/save-target";
import { describeProblem, describeProgress, formatContents } from "./export-text";
import { useExport } from "./use-export";

/** More than this is much for the memory of a phone. Bytes. */
const MUCH_MEMORY = 500_000_000;

const subscribe = () => () => undefined;

/** The button that downloads the person's data, its progress, and how it ended. */
export function DownloadPanel({
  fileName,
  files,
  bytes,
}: {
  fileName: string;
  files: number;
  bytes: number;
}) {
  const { state, start, cancel } = useExport(fileName);
  const panel = useFocusFallback<HTMLDivElement>();
  const needsMemory = !useSyncExternalStore(subscribe, canSaveWhileDownloading, () => true);
  return (
    <div ref={panel} tabIndex={-1} className="grid max-w-prose gap-4">
      {state.name === "running" ? (
        <>
          <Progress
            label="Download of your data"
            detail={describeProgress(state.progress)}
            max={Math.max(1, state.progress.totalBytes)}
            {...(state.progress.totalFiles > 0 ? { value: state.progress.bytes } : {})}
          />
          <div>
            <Button
              onClick={() => {
                // The focused button disappears with the progress.
                panel.current?.focus();
                cancel();
              }}
            >
              Cancel
            </Button>
          </div>
        </>
      ) : (
        <div>
          <Button
            variant="primary"
            onClick={() => {
              panel.current?.focus();
              void start();
            }}
          >
            <Icon name="download" />
            Download my data
          </Button>
        </div>
      )}
      {state.name === "idle" ? (
        <p className="text-sm text-muted tabular">
          One ZIP archive: {formatContents(files, bytes)}, and all records.
        </p>
      ) : null}
      {needsMemory && bytes > MUCH_MEMORY ? (
        <Notice tone="warning" title="This browser keeps the whole archive in its memory">
          With this many files it may fail. Chrome and Edge on a computer save the archive while they download
          it.
        </Notice>
      ) : null}
      {state.name === "failed" ? (
        <Notice tone="danger" title="The download has stopped" live>
          {state.detail}
        </Notice>
      ) : null}
      {state.name === "saved" && state.problems.length === 0 ? (
        <Notice tone="success" title="Your data is saved">
          {formatContents(state.progress.totalFiles, state.progress.totalBytes)}. Each file is as we stored
          it.
        </Notice>
      ) : null}
      {state.name === "saved" && state.problems.length > 0 ? (
        <Notice tone="danger" title="Your data is saved, but some files have a problem" live>
          <ul className="grid list-disc gap-1 pl-5">
            {state.problems.map((problem) => (
              <li key={problem.path} className="wrap-anywhere">
                <bdi>{problem.path}</bdi> {describeProblem(problem)}.
              </li>
            ))}
          </ul>
          <p className="mt-2">Download your data again. If this stays, tell the people who run this site.</p>
        </Notice>
      ) : null}
    </div>
  );
}
