import { digestOf } from "./collect";
import { Lanes } from "./lanes";
import type { Entry, Manifest } from "./manifest";
import { staticPolicy } from "./policy";

/** What a static file is served as, and should not be. */
export type Deviation = { address: string; what: string };

/** Milliseconds for one file. */
const PATIENCE = 10_000;
/** Requests under way at once. */
const LANES = 8;

/**
 * Fetches every file of a build from where people get it (`origin`, without a slash at the end) and compares bytes and headers with what was
 * built. A CDN may pack by itself: what counts is what arrives when unpacked. `pages`: the origin of the pages, which must be let read it.
 */
export async function checkServed(
  files: Manifest["files"],
  { origin, pages }: { origin: string; pages: string },
): Promise<Deviation[]> {
  const found: Deviation[] = [];
  const lanes = new Lanes(LANES);
  for (const [address, entry] of Object.entries(files))
    await lanes.add(async () => {
      const what = await look({ origin, pages }, address, entry);
      if (what) found.push({ address, what });
    });
  await lanes.end();
  return found.sort((one, other) => (one.address < other.address ? -1 : 1));
}

async function look(
  { origin, pages }: { origin: string; pages: string },
  address: string,
  { size, sha256, encodings }: Entry,
): Promise<string | null> {
  let response: Response;
  let bytes: Buffer;
  try {
    response = await fetch(`${origin}${address}`, {
      headers: { Origin: pages },
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "error",
    });
    bytes = Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
    return `could not be fetched: ${(cause instanceof Error && cause.message) || code || cause}`;
  }
  const { status, headers } = response;
  if (status !== 200) return `is answered ${status}`;
  if (bytes.length !== size || digestOf(bytes) !== sha256) return "has other bytes than were built";
  const { contentType, fingerprinted } = staticPolicy(address);
  const type = headers.get("content-type") ?? "none";
  if (type.split(";")[0] !== contentType.split(";")[0])
    return `has the type ${type} instead of ${contentType}`;
  const cached = headers.get("cache-control") ?? "none";
  if (fingerprinted && !/immutable/.test(cached))
    return `may not be kept for good: Cache-Control is ${cached}`;
  if (!fingerprinted && /immutable/.test(cached)) return "is kept for good under a name that may change";
  if (encodings.length > 0 && !headers.has("content-encoding"))
    return "is sent unpacked to a caller that takes Brotli and gzip";
  if (encodings.length > 0 && !/accept-encoding/i.test(headers.get("vary") ?? ""))
    return "does not tell caches that it varies by Accept-Encoding";
  const allowed = headers.get("access-control-allow-origin");
  if (origin !== pages && allowed !== "*" && allowed !== pages)
    return `may not be read by pages of ${pages}: Access-Control-Allow-Origin is ${allowed ?? "none"}`;
  if (headers.has("set-cookie")) return "sets a cookie";
  return null;
}
