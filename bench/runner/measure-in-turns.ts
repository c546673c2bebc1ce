import { median } from "./median";

const ROUNDS = 300;

/** The times of one URL in ms, and the size of its last response. */
export type Sample = { times: number[]; kilobytes: number };

/**
 * Requests each URL in turn at one connection, so that all see the same machine. The first third of
 * the rounds warms up.
 */
export async function measureInTurns(
  urls: Record<string, string>,
  headers: Record<string, string>,
): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample>(
    Object.keys(urls).map((what) => [what, { times: [], kilobytes: 0 }]),
  );
  for (let round = -ROUNDS / 3; round < ROUNDS; round += 1) {
    for (const [what, url] of Object.entries(urls)) {
      const start = performance.now();
      const response = await fetch(url, { headers });
      const bytes = (await response.arrayBuffer()).byteLength;
      const sample = samples.get(what);
      if (response.status !== 200 || !sample) throw new Error(`${what} responds ${response.status}.`);
      if (round >= 0) sample.times.push(performance.now() - start);
      sample.kilobytes = bytes / 1024;
    }
  }
  return samples;
}

/** Builds the table of a result. */
export function toRows(samples: ReadonlyMap<string, Sample>): Record<string, string | number>[] {
  return [...samples].map(([what, { times, kilobytes }]) => ({
    what,
    "p50 ms": Number(median(times).toFixed(2)),
    "p99 ms": Number((times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0).toFixed(2)),
    KB: Number(kilobytes.toFixed(1)),
  }));
}
