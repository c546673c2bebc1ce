/**
 * How a multipart ticket divides a file: parts of `size` bytes, numbered from 1.
 * The last part has the remaining bytes.
 */
export type PartLayout = { size: number; count: number };

export function slicePart(file: Blob, { size }: PartLayout, number: number): Blob {
  return file.slice((number - 1) * size, number * size);
}

/** Adds up the bytes of these parts of a file with `total` bytes. */
export function countBytesOfParts(numbers: Iterable<number>, { size }: PartLayout, total: number): number {
  let bytes = 0;
  for (const number of numbers) bytes += Math.max(0, Math.min(size, total - (number - 1) * size));
  return bytes;
}

export function partNumbersOf({ count }: PartLayout): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
