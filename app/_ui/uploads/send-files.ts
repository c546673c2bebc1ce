import type { Crop } from "@/lib/inspect/crop";
import { validateFile, type UploadField } from "./file-validation";
import { trackUpload } from "./track-upload";
import { isSameFile } from "./same-file";
import { browserUploadContext } from "./upload-context";
import { canResumeWith } from "./active-uploads";
import { listUnfinishedUploads } from "./unfinished-uploads";
import { Upload } from "./upload";
import type { UploadProblem } from "./upload-state";

type SendFilesOptions = {
  field: UploadField;
  owner: string;
  crop: Crop | undefined;
  /** What the control shows already. */
  visibleUploads: readonly Upload[];
  /** An upload has begun. */
  onStarted: (upload: Upload) => void;
  /** A file will not be sent. */
  onRejected: (file: File, problem: UploadProblem) => void;
};

/**
 * Sends chosen files on their way, one after the other as they were chosen, but for those that the field does not take. One that stopped here goes on,
 * under the ticket that it has.
 */
export async function sendFiles(
  files: readonly File[],
  { field, owner, crop, visibleUploads: shown, onStarted: show, onRejected: stop }: SendFilesOptions,
): Promise<void> {
  const unfinished = await listUnfinishedUploads(owner, field.name);
  for (const [index, file] of files.entries()) {
    if (index > 0 && !field.many) {
      stop(file, {
        code: "conflict",
        detail: "There is place for one file here; the first one is being sent.",
      });
      continue;
    }
    const told = await validateFile(file, field);
    if ("problem" in told) {
      stop(file, told.problem);
      continue;
    }
    const waiting = shown.find((upload) => canResumeWith(upload, file, crop));
    if (waiting) {
      waiting.resume();
      waiting.retry();
      continue;
    }
    const { name, partSize } = field;
    const resumedUploadId = unfinished.find((record) => isSameFile(record, file))?.id;
    const { type } = told;
    const request = { field: name, file, name: file.name, type, partSize, crop, owner, resumedUploadId };
    const upload = new Upload(request, browserUploadContext);
    trackUpload(upload);
    show(upload);
  }
}
