import { makeZip } from "client-zip";
import { browserUploadContext } from "@/app/_ui/uploads/upload-context";
import type { Export } from "@/lib/accounts/export";
import { archiveEntries, type ExportProblem, type ExportProgress } from "./archive-entries";
import { type DownloadContext, downloadExport } from "./download-bytes";
import { type SaveTarget, saveStream } from "./save-target";

const browserContext: DownloadContext = {
  ...browserUploadContext,
  fetch: (input, init) => fetch(input, init),
};

type ExportOptions = {
  signal: AbortSignal;
  onProgress: (progress: ExportProgress) => void;
};

/**
 * Makes the archive and saves it as it is made. Returns the files that are not in it as they were
 * stored. Errors: ExportStoppedError; the reason of the signal; a failure of the disk.
 */
export async function runExport(
  target: SaveTarget,
  name: string,
  { signal, onProgress }: ExportOptions,
): Promise<ExportProblem[]> {
  const onStall = (stall: ExportProgress["stall"]) =>
    onProgress({ files: 0, bytes: 0, totalFiles: 0, totalBytes: 0, stall });
  const data = await downloadExport<Export>(browserContext, { signal, onStall });
  const problems: ExportProblem[] = [];
  const zip = makeZip(archiveEntries(browserContext, data, problems, { signal, onProgress }));
  await saveStream(zip, target, name, signal);
  return problems;
}
