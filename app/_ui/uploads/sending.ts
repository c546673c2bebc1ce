import type { Crop } from "@/lib/inspect/crop";
import { examine, type UploadField } from "./chosen-file";
import { setOut } from "./on-the-way";
import { isSameFile } from "./same-file";
import { browserTools } from "./tools";
import { waitsFor } from "./under-way";
import { unfinishedUploads } from "./unfinished";
import { Upload } from "./upload";
import type { UploadProblem } from "./upload-state";

type Errand = {
  field: UploadField;
  owner: string;
  crop: Crop | undefined;
  /** What the control shows already. */
  shown: readonly Upload[];
  /** An upload has begun. */
  show: (upload: Upload) => void;
  /** A file will not be sent. */
  stop: (file: File, problem: UploadProblem) => void;
};

/**
 * Sends chosen files on their way, one after the other as they were chosen, but for those that the field does not take. One that stopped here goes on,
 * under the ticket that it has.
 */
export async function send(
  files: readonly File[],
  { field, owner, crop, shown, show, stop }: Errand,
): Promise<void> {
  const unfinished = await unfinishedUploads(owner, field.name);
  for (const [index, file] of files.entries()) {
    if (index > 0 && !field.many) {
      stop(file, {
        code: "conflict",
        detail: "There is place for one file here; the first one is being sent.",
      });
      continue;
    }
    const told = await examine(file, field);
    if ("problem" in told) {
      stop(file, told.problem);
      continue;
    }
    const waiting = shown.find((upload) => waitsFor(upload, file, crop));
    if (waiting) {
      waiting.resume();
      waiting.retry();
      continue;
    }
    const { name, partSize } = field;
    const resumes = unfinished.find((record) => isSameFile(record, file))?.id;
    const { type } = told;
    const request = { field: name, file, name: file.name, type, partSize, crop, owner, resumes };
    const upload = new Upload(request, browserTools);
    setOut(upload);
    show(upload);
  }
}
