import autocannon, { type Request, type Result } from "autocannon";
import type { MeasuredServer } from "./measured-server";

export type LoadResult = { rate: number; cpuMs: number; p50: number; p99: number; failed: number };

/** Enough for the compiler of the engine. A time would be too few requests on a busy machine. */
const WARM_UP_REQUESTS = 6_000;

/** Measures requests per second, CPU ms per request and latencies in ms, after a warm-up. */
export async function runLoad(
  server: MeasuredServer,
  requests: Request[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<LoadResult> {
  const load = { url: server.url, connections, requests };
  await autocannon({ ...load, amount: WARM_UP_REQUESTS });
  const before = server.cpuMs();
  const result: Result = await autocannon({ ...load, duration: seconds });
  const succeeded = result["2xx"];
  return {
    rate: succeeded / result.duration,
    cpuMs: (server.cpuMs() - before) / succeeded,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
