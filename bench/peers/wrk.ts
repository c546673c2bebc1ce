import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { installFromDebian } from "../../tests/support/debian-packages";
import type { LoadResult } from "./load";
import type { MeasuredServer } from "./measured-server";

/** Sees to it that wrk is there. A server of static files answers faster than a load in JavaScript can ask: with that one the load would be measured. */
export async function installWrk(): Promise<void> {
  const lacking = await installFromDebian("wrk", ["wrk"], ["wrk"]);
  if (lacking) throw new Error(lacking);
}

/** One file asked for over and over, after a warm-up that does not count. */
export async function runFileLoad(
  peer: MeasuredServer,
  path: string,
  headers: Record<string, string>,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<LoadResult> {
  const ask = async (duration: number) => {
    const sent = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const how = ["-t", "1", "-c", String(connections), "-d", `${duration}s`, "--latency"];
    return (await promisify(execFile)("wrk", [...how, ...sent, `${peer.url}${path}`])).stdout;
  };
  await ask(3);
  const before = peer.cpuMs();
  const said = await ask(seconds);
  const failed =
    parseCount(said, /Non-2xx or 3xx responses: (\d+)/, 0) +
    [...(/Socket errors: (.*)/.exec(said)?.[1]?.matchAll(/\d+/g) ?? [])].reduce(
      (sum, [count]) => sum + Number(count),
      0,
    );
  const answered = parseCount(said, /(\d+) requests in/) - failed;
  return {
    rate: answered / seconds,
    cpuMs: (peer.cpuMs() - before) / answered,
    p50: parseMilliseconds(said, "50%"),
    p99: parseMilliseconds(said, "99%"),
    failed,
  };
}

function parseCount(said: string, pattern: RegExp, otherwise = Number.NaN): number {
  return Number(pattern.exec(said)?.[1] ?? otherwise);
}

function parseMilliseconds(said: string, share: string): number {
  const [, count = "", unit = ""] = new RegExp(`${share}\\s+([\\d.]+)(us|ms|s)`).exec(said) ?? [];
  return Number(count) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}
