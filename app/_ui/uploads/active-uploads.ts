import type { Crop } from "@/lib/inspect/crop";
import { isSameFile } from "./same-file";
import type { Upload } from "./upload";

/**
 * The uploads of this page that are active or failed. They outlive the controls that show them.
 * This small module holds them, so that a page without uploads loads no upload code.
 */
export const activeUploads = new Set<Upload>();

/** Finds a member's uploads to one field. */
export function findActiveUploads(field: string, owner: string): Upload[] {
  return [...activeUploads].filter(({ request }) => request.owner === owner && request.field === field);
}

/**
 * Returns true if the upload stopped and the chosen file is the same: the choice then resumes it.
 * A new crop always makes a new upload.
 */
export function canResumeWith({ state, request }: Upload, file: File, crop: Crop | undefined): boolean {
  const isStopped = state.name === "failed" || state.name === "paused";
  return isStopped && crop === undefined && request.file instanceof File && isSameFile(request.file, file);
}
