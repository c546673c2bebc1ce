import { randomUUID } from "node:crypto";

/** What proxies make: UUIDs, hexadecimal, Vercel's `fra1::abc-123`. Nothing that could break out of a header or a line. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9:._-]{7,99}$/;

/** The id that a trusted proxy gave, where it is well formed; else a new one. */
export function requestId(given: string | null | undefined): string {
  return wellFormedId(given) ?? randomUUID();
}

export function wellFormedId(given: string | null | undefined): string | undefined {
  return given && WELL_FORMED.test(given) ? given : undefined;
}
