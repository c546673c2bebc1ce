import type { Crop } from "@/lib/inspect/crop";
import { canResumeWith } from "./active-uploads";
import { type UploadField, validateFile } from "./file-validation";
import { isSameFile } from "./same-file";
import { trackUpload } from "./track-upload";
import { listUnfinishedUploads } from "./unfinished-uploads";
import { Upload } from "./upload";
import { browserUploadContext } from "./upload-context";
import type { UploadProblem } from "./upload-state";

type SendFilesOptions = {
  field: UploadField;
  /** Id of the member. */
  owner: string;
  crop: Crop | undefined;
  /** The uploads that the control shows already. */
  visibleUploads: readonly Upload[];
  /** Called when an upload starts. */
  onStarted: (upload: Upload) => void;
  /** Called for a file that is not uploaded. */
  onRejected: (file: File, problem: UploadProblem) => void;
};

/**
 * Starts the uploads of the files that a member chose, in their order: the first step.
 * Validates each file. Resumes a stopped upload of the same file under its existing ticket.
 */
export async function sendFiles(
  files: readonly File[],
  { field, owner, crop, visibleUploads, onStarted, onRejected }: SendFilesOptions,
): Promise<void> {
  const unfinished = await listUnfinishedUploads(owner, field.name);
  for (const [index, file] of files.entries()) {
    if (index > 0 && !field.many) {
      const detail = "You can upload one file here. Only the first file is uploaded.";
      onRejected(file, { code: "conflict", detail });
      continue;
    }
    const validation = await validateFile(file, field);
    if ("problem" in validation) {
      onRejected(file, validation.problem);
      continue;
    }
    const stopped = visibleUploads.find((upload) => canResumeWith(upload, file, crop));
    if (stopped) {
      stopped.resume();
      stopped.retry();
      continue;
    }
    const upload = new Upload(
      {
        field: field.name,
        file,
        name: file.name,
        type: validation.type,
        partSize: field.partSize,
        crop,
        owner,
        resumedUploadId: unfinished.find((record) => isSameFile(record, file))?.id,
      },
      browserUploadContext,
    );
    trackUpload(upload);
    onStarted(upload);
  }
}
