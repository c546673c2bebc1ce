import type { Crop } from "@/lib/inspect/crop";
import { isSameFile } from "./same-file";
import type { Upload } from "./upload";

/** Whatever this page is sending, however often its controls come and go, and what failed and may be tried again. Here, since a page that sends nothing loads no more. */
export const activeUploads = new Set<Upload>();

/** A member's uploads to one field. */
export function findActiveUploads(field: string, owner: string): Upload[] {
  return [...activeUploads].filter(({ request }) => request.owner === owner && request.field === field);
}

/** It stopped, and this is its file: whoever chooses that again means to go on. Another cut of a picture is another upload. */
export function canResumeWith({ state, request }: Upload, file: File, crop: Crop | undefined): boolean {
  const stopped = state.name === "failed" || state.name === "paused";
  return stopped && crop === undefined && request.file instanceof File && isSameFile(request.file, file);
}
