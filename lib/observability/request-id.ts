import { randomUUID } from "node:crypto";

/** What proxies make: UUIDs, hexadecimal, Vercel's `fra1::abc-123`. Nothing that could break out of a header or a line. */
const REQUEST_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9:._-]{7,99}$/;

/** The id that a trusted proxy gave, where it is well formed; else a new one. */
export function acceptOrCreateRequestId(given: string | null | undefined): string {
  return acceptRequestId(given) ?? randomUUID();
}

export function acceptRequestId(given: string | null | undefined): string | undefined {
  return given && REQUEST_ID_PATTERN.test(given) ? given : undefined;
}
