import { ENCODINGS, type Form } from "./encode";
import { type Answer, deviationOf } from "./judge";
import { Lanes } from "./lanes";
import type { Entry, Manifest } from "./manifest";
import { pathOf } from "./policy";

/** What a static file is served as, and should not be. */
export type Deviation = { address: string; what: string };

/** Where people get files from (without a slash at the end), and the origin of the pages that ask for them. */
type Places = { origin: string; pages: string };

/** Milliseconds for one answer. */
const PATIENCE = 10_000;
/** Requests under way at once. */
const LANES = 8;

/**
 * Fetches every file of a build from where people get it, plain and in each encoding by itself, and compares bytes and headers with what was built and
 * what the policy says. The first deviation of each file, in the order of their addresses.
 */
export async function checkServed(files: Manifest["files"], places: Places): Promise<Deviation[]> {
  const found: Deviation[] = [];
  const lanes = new Lanes(LANES);
  for (const [address, entry] of Object.entries(files))
    await lanes.add(async () => {
      const what = await look(places, address, entry);
      if (what) found.push({ address, what });
    });
  await lanes.end();
  return found.sort((one, other) => (one.address < other.address ? -1 : 1));
}

async function look(places: Places, address: string, entry: Entry): Promise<string | null> {
  for (const asked of ["identity", ...ENCODINGS] as const) {
    const answer = await ask(places, address, asked).catch(reason);
    const what = typeof answer === "string" ? answer : deviationOf(answer, address, entry, places);
    if (what) return what;
  }
  return null;
}

/** As a page of the site asks, for one form alone: a server that negotiates shows each in its turn. */
async function ask({ origin, pages }: Places, address: string, asked: Form): Promise<Answer> {
  const response = await fetch(`${origin}${pathOf(address)}`, {
    headers: { Origin: pages, "Accept-Encoding": asked },
    signal: AbortSignal.timeout(PATIENCE),
    redirect: "error",
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { asked, status: response.status, headers: response.headers, bytes };
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return `could not be fetched: ${(cause instanceof Error && cause.message) || code || cause}`;
}
