import autocannon from "autocannon";
import type { MeasuredServer } from "./measured-server";

export type LoadResult = { rate: number; cpuMs: number; p50: number; p99: number; failed: number };
type Request = NonNullable<autocannon.Options["requests"]>[number];

/** Requests per second, the server's CPU time for each, and latencies in ms, after a warm-up that does not count. */
export async function runLoad(
  peer: MeasuredServer,
  requests: Request[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<LoadResult> {
  await runAutocannon(peer, requests, connections, 3);
  const before = peer.cpuMs();
  const result = await runAutocannon(peer, requests, connections, seconds);
  const answered = result["2xx"];
  return {
    rate: answered / result.duration,
    cpuMs: (peer.cpuMs() - before) / answered,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}

function runAutocannon(
  peer: MeasuredServer,
  requests: Request[],
  connections: number,
  duration: number,
): Promise<autocannon.Result> {
  return autocannon({ url: peer.url, connections, duration, requests });
}
