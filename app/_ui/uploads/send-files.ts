import type { MediaType } from "@/lib/fields/field";
import type { Crop } from "@/lib/inspect/crop";
import { canResumeWith } from "./active-uploads";
import { type UploadField, validateFile } from "./file-validation";
import { isSameFile } from "./same-file";
import { trackUpload } from "./track-upload";
import { listUnfinishedUploads } from "./unfinished-uploads";
import { Upload } from "./upload";
import { browserUploadContext } from "./upload-context";
import type { UploadProblem } from "./upload-state";

/** A chosen file that the server may accept, with its type as detected from its bytes. */
export type ValidFile = { file: File; type: MediaType };

/** Validates the files that a member chose: the first step. Nothing is sent. */
export async function validateFiles(
  files: readonly File[],
  field: UploadField,
  onRejected: (file: File, problem: UploadProblem) => void,
): Promise<ValidFile[]> {
  const valid: ValidFile[] = [];
  for (const [index, file] of files.entries()) {
    if (index > 0 && !field.many) {
      const detail = "You can upload one file here. Only the first file is uploaded.";
      onRejected(file, { code: "conflict", detail });
      continue;
    }
    const validation = await validateFile(file, field);
    if ("problem" in validation) onRejected(file, validation.problem);
    else valid.push({ file, type: validation.type });
  }
  return valid;
}

type SendFilesOptions = {
  field: UploadField;
  /** Id of the member. */
  owner: string;
  crop: Crop | undefined;
  /** The uploads that the control shows already. */
  visibleUploads: readonly Upload[];
  /** Called when an upload starts. */
  onStarted: (upload: Upload) => void;
};

/**
 * Starts the uploads of the files, in their order. Resumes a stopped upload of the same file under
 * its existing ticket.
 */
export async function sendFiles(
  files: readonly ValidFile[],
  { field, owner, crop, visibleUploads, onStarted }: SendFilesOptions,
): Promise<void> {
  const unfinished = await listUnfinishedUploads(owner, field.name);
  for (const { file, type } of files) {
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
        type,
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
