/** Inclusive offsets. */
export type ByteRange = { start: number; end: number };

/**
 * The one range that a Range header asks for, of an object of `size` bytes. Undefined: send everything (no header, one that makes no sense, or
 * several ranges, which a server may ignore); null: nothing of it exists (416). https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export function parseRange(header: string | null, size: number): ByteRange | null | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? null : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? null : { start, end };
}
