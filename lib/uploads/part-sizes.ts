import type { Upload } from "../db/generated/client";
import type { Part } from "../storage/storage";

/** The part layout of a file: `count` parts of `size` bytes each; the last one has the rest. */
export type PartSizes = { size: number; count: number };

/** Computes the part layout. Null if the file is small enough for a single PUT. Bytes. */
export function splitIntoParts(fileSize: number, partSize: number): PartSizes | null {
  return fileSize > partSize ? { size: partSize, count: Math.ceil(fileSize / partSize) } : null;
}

/** Returns the layout of the ticket: a later change of the field does not affect open uploads. */
export function uploadPartSizes({ size, partSize }: Pick<Upload, "size" | "partSize">): PartSizes | null {
  return partSize === null ? null : splitIntoParts(Number(size), partSize);
}

/** Lists every part of an upload with its expected size. Null for a single-part upload. */
export function expectedParts(upload: Pick<Upload, "size" | "partSize">): Part[] | null {
  const sizes = uploadPartSizes(upload);
  if (!sizes) return null;
  const lastSize = Number(upload.size) - sizes.size * (sizes.count - 1);
  return Array.from({ length: sizes.count }, (_, index) => ({
    number: index + 1,
    size: index + 1 < sizes.count ? sizes.size : lastSize,
  }));
}
