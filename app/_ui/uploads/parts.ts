/** How a ticket wants a file cut: parts of `size` bytes, counted from 1, the last of them with what remains. */
export type Cut = { size: number; count: number };

export function partOf(file: Blob, { size }: Cut, number: number): Blob {
  return file.slice((number - 1) * size, number * size);
}

/** Bytes of these parts of a file of `total` bytes. */
export function bytesIn(numbers: Iterable<number>, { size }: Cut, total: number): number {
  let bytes = 0;
  for (const number of numbers) bytes += Math.max(0, Math.min(size, total - (number - 1) * size));
  return bytes;
}

export function numbersOf({ count }: Cut): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
