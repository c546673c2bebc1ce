import { ENCODINGS, type ContentCoding } from "./encode";
import { type StaticResponse, findDeviation } from "./compare-response";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import type { ManifestEntry, Manifest } from "./manifest";
import { urlPathOf } from "./policy";

/** What a static file is served as, and should not be. */
export type Deviation = { address: string; problem: string };

/** Where people get files from (without a slash at the end), and the origin of the pages that ask for them. */
type ServedOrigins = { fileOrigin: string; pageOrigin: string };

/** Milliseconds for one answer. */
const TIMEOUT_MS = 10_000;
/** Requests under way at once. */
const CONCURRENCY = 8;

/**
 * Fetches every file of a build from where people get it, plain and in each encoding by itself, and compares bytes and headers with what was built and
 * what the policy says. The first deviation of each file, in the order of their addresses.
 */
export async function checkStaticFiles(files: Manifest["files"], places: ServedOrigins): Promise<Deviation[]> {
  const found: Deviation[] = [];
  const lanes = new ConcurrencyLimiter(CONCURRENCY);
  for (const [address, entry] of Object.entries(files))
    await lanes.add(async () => {
      const what = await checkFile(places, address, entry);
      if (what) found.push({ address, problem: what });
    });
  await lanes.finish();
  return found.sort((one, other) => (one.address < other.address ? -1 : 1));
}

async function checkFile(places: ServedOrigins, address: string, entry: ManifestEntry): Promise<string | null> {
  for (const asked of ["identity", ...ENCODINGS] as const) {
    const answer = await fetchFile(places, address, asked).catch(describeFetchError);
    const what = typeof answer === "string" ? answer : findDeviation(answer, address, entry, places);
    if (what) return what;
  }
  return null;
}

/** As a page of the site asks, for one form alone: a server that negotiates shows each in its turn. */
async function fetchFile({ fileOrigin: origin, pageOrigin: pages }: ServedOrigins, address: string, asked: ContentCoding): Promise<StaticResponse> {
  const response = await fetch(`${origin}${urlPathOf(address)}`, {
    headers: { Origin: pages, "Accept-Encoding": asked },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { requestedCoding: asked, status: response.status, headers: response.headers, bytes };
}

function describeFetchError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return `could not be fetched: ${(cause instanceof Error && cause.message) || code || cause}`;
}
