import { formatSize } from "@/lib/fields/format-size";
import type { ExportProblem, ExportProgress } from "./export/archive-entries";

/** "3 files, 2.4 MB". */
export function formatContents(files: number, bytes: number): string {
  return `${files} ${files === 1 ? "file" : "files"}, ${formatSize(bytes)}`;
}

/** The line under the progress bar: how far it is, or why it waits. */
export function describeProgress({ files, bytes, totalFiles, totalBytes, stall }: ExportProgress): string {
  if (stall) return STALL_TEXTS[stall];
  if (totalFiles === 0) return "Collecting your records";
  return `${files} of ${totalFiles} files · ${formatSize(bytes)} of ${formatSize(totalBytes)}`;
}

const STALL_TEXTS = {
  offline: "You are offline. The download goes on when you are online again.",
  retrying: "Cannot connect. Trying again. Nothing is lost.",
  "signed-out": "Your session has expired. Sign in again in another tab. The download goes on by itself.",
} as const;

const PROBLEM_TEXTS = {
  missing: "is not in the archive: we do not have it any more, or it cannot be read at the moment",
  incomplete: "is not complete: the rest of it cannot be read at the moment",
  different: "is damaged: it differs from what we stored",
} as const satisfies Record<ExportProblem["reason"], string>;

/** What is wrong with a file of the archive. Follows its name. */
export function describeProblem({ reason }: ExportProblem): string {
  return PROBLEM_TEXTS[reason];
}
