import { createHash } from "node:crypto";
import type { Manifest } from "./manifest";
import { staticPolicy } from "./policy";

/** What a static file is served as, and should not be. */
export type Deviation = { address: string; what: string };

/** Milliseconds for one file. */
const PATIENCE = 10_000;

/**
 * Fetches every file of a build from where people get it (`origin`, without a slash at the end) and compares bytes and headers with what was
 * built. A CDN may compress by itself: what counts is what arrives when unpacked.
 */
export async function* checkServed(files: Manifest["files"], origin: string): AsyncGenerator<Deviation> {
  for (const [address, { size, sha256 }] of Object.entries(files)) {
    const deviation = await look(origin, address, size, sha256);
    if (deviation) yield { address, what: deviation };
  }
}

async function look(origin: string, address: string, size: number, sha256: string): Promise<string | null> {
  let response: Response;
  let bytes: Buffer;
  try {
    response = await fetch(`${origin}${address}`, {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "error",
    });
    bytes = Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `could not be fetched: ${cause instanceof Error ? cause.message : cause}`;
  }
  if (response.status !== 200) return `is answered ${response.status}`;
  if (bytes.length !== size || createHash("sha256").update(bytes).digest("base64") !== sha256)
    return "has other bytes than were built";
  const { contentType, fingerprinted } = staticPolicy(address);
  const type = response.headers.get("content-type") ?? "none";
  if (type.split(";")[0] !== contentType.split(";")[0])
    return `has the type ${type} instead of ${contentType}`;
  const cached = response.headers.get("cache-control") ?? "none";
  if (fingerprinted && !/immutable/.test(cached))
    return `may not be kept for good: Cache-Control is ${cached}`;
  if (!fingerprinted && /immutable/.test(cached)) return "is kept for good under a name that may change";
  return null;
}
