import autocannon, { type Request, type Result } from "autocannon";
import type { MeasuredServer } from "./measured-server";

export type LoadResult = { rate: number; cpuMs: number; p50: number; p99: number; failed: number };

const WARM_UP_SECONDS = 3;

/** Measures requests per second, CPU ms per request and latencies in ms, after a warm-up. */
export async function runLoad(
  server: MeasuredServer,
  requests: Request[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<LoadResult> {
  const send = (duration: number): Promise<Result> =>
    autocannon({ url: server.url, connections, duration, requests });
  await send(WARM_UP_SECONDS);
  const before = server.cpuMs();
  const result = await send(seconds);
  const succeeded = result["2xx"];
  return {
    rate: succeeded / result.duration,
    cpuMs: (server.cpuMs() - before) / succeeded,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
