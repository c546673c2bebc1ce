import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { installFromDebian } from "../../tests/support/debian-packages";
import type { LoadResult } from "./load";
import type { MeasuredServer } from "./measured-server";

/** Installs wrk. A static server is faster than autocannon, which would limit the measurement. */
export async function installWrk(): Promise<void> {
  const missing = await installFromDebian("wrk", ["wrk"], ["wrk"]);
  if (missing) throw new Error(missing);
}

/** Requests one file repeatedly and measures as `runLoad` does, after a warm-up. */
export async function runFileLoad(
  server: MeasuredServer,
  path: string,
  headers: Record<string, string>,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<LoadResult> {
  const runWrk = async (duration: number) => {
    const headerOptions = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const options = ["-t", "1", "-c", String(connections), "-d", `${duration}s`, "--latency"];
    return (await promisify(execFile)("wrk", [...options, ...headerOptions, `${server.url}${path}`])).stdout;
  };
  await runWrk(3);
  const before = server.cpuMs();
  const output = await runWrk(seconds);
  const failed =
    parseCount(output, /Non-2xx or 3xx responses: (\d+)/, 0) +
    [...(/Socket errors: (.*)/.exec(output)?.[1]?.matchAll(/\d+/g) ?? [])].reduce(
      (sum, [count]) => sum + Number(count),
      0,
    );
  const succeeded = parseCount(output, /(\d+) requests in/) - failed;
  return {
    rate: succeeded / seconds,
    cpuMs: (server.cpuMs() - before) / succeeded,
    p50: parseMilliseconds(output, "50%"),
    p99: parseMilliseconds(output, "99%"),
    failed,
  };
}

function parseCount(output: string, pattern: RegExp, otherwise = Number.NaN): number {
  return Number(pattern.exec(output)?.[1] ?? otherwise);
}

function parseMilliseconds(output: string, share: string): number {
  const [, count = "", unit = ""] = new RegExp(`${share}\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? [];
  return Number(count) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}
