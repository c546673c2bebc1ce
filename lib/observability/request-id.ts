import { randomUUID } from "node:crypto";

/** Ids of proxies: UUIDs, hexadecimal, Vercel's `fra1::abc-123`. Safe in headers and log lines. */
const REQUEST_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9:._-]{7,99}$/;

/** Returns the well-formed id of a trusted proxy, else a new one. */
export function acceptOrCreateRequestId(given: string | null | undefined): string {
  return acceptRequestId(given) ?? randomUUID();
}

export function acceptRequestId(given: string | null | undefined): string | undefined {
  return given && REQUEST_ID_PATTERN.test(given) ? given : undefined;
}
