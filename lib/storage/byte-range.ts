import type { ByteRange } from "./storage";

/**
 * Parses a Range header for an object of `size` bytes. Returns undefined if the whole object must
 * be sent (no header, an invalid one, or several ranges, which a server may ignore). Returns null
 * if the range is not satisfiable (416).
 * https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
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
