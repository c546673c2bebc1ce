import type { Part } from "../storage/storage";
import type { UploadRow } from "./upload";

/** How a file is cut: `count` parts of `size` bytes each, but for the last, which has what is left. */
export type PartSizes = { size: number; count: number };

/** Null where the file is small enough to travel in one piece. Bytes. */
export function splitIntoParts(fileSize: number, partSize: number): PartSizes | null {
  return fileSize > partSize ? { size: partSize, count: Math.ceil(fileSize / partSize) } : null;
}

/** As the ticket said it: a field that is declared anew does not move the uploads under way. */
export function uploadPartSizes({ size, partSize }: Pick<UploadRow, "size" | "partSize">): PartSizes | null {
  return partSize === null ? null : splitIntoParts(Number(size), partSize);
}

/** Every part of an upload with the bytes that it must have; null where it travels in one piece. */
export function expectedParts(upload: Pick<UploadRow, "size" | "partSize">): Part[] | null {
  const sizes = uploadPartSizes(upload);
  if (!sizes) return null;
  const last = Number(upload.size) - sizes.size * (sizes.count - 1);
  return Array.from({ length: sizes.count }, (_, index) => ({
    number: index + 1,
    size: index + 1 < sizes.count ? sizes.size : last,
  }));
}
