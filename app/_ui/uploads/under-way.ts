import type { Crop } from "@/lib/inspect/crop";
import { isSameFile } from "./same-file";
import type { Upload } from "./upload";

/** Whatever this page is sending, however often its controls come and go, and what failed and may be tried again. Here, since a page that sends nothing loads no more. */
export const underWay = new Set<Upload>();

/** A member's uploads to one field. Without an owner a control shows its own alone. */
export function onTheWay(field: string, owner: string | undefined): Upload[] {
  if (owner === undefined) return [];
  return [...underWay].filter(({ request }) => request.owner === owner && request.field === field);
}

/** It stopped, and this is its file: whoever chooses that again means to go on. Another cut of a picture is another upload. */
export function waitsFor({ state, request }: Upload, file: File, crop: Crop | undefined): boolean {
  const stopped = state.name === "failed" || state.name === "paused";
  return stopped && crop === undefined && request.file instanceof File && isSameFile(request.file, file);
}
