import { readdirSync, readFileSync } from "node:fs";

/** A process and all that came of it, as /proc tells. */
export function processTreeOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileOrEmpty(`/proc/${name}/stat`))?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const family = [pid];
  for (const each of family) for (const [child, parent] of parents) if (parent === each) family.push(child);
  return family;
}

/** Children of this process whose command line names `program`. */
export function findChildren(program: string): number[] {
  return processTreeOf(process.pid).filter((pid) =>
    readFileOrEmpty(`/proc/${pid}/cmdline`).split("\0")[0]?.includes(program),
  );
}

/** MiB that are really theirs: what several share counts once. */
export function memoryMiBOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

/** The most that was seen while `work` ran, and what there was before, in MiB. */
export async function measurePeak<T>(
  meters: Record<string, () => number>,
  work: () => Promise<T>,
): Promise<{ result: T; above: Record<string, number> }> {
  const idle = readMeters(meters);
  const most = { ...idle };
  const timer = setInterval(() => {
    for (const [name, value] of Object.entries(readMeters(meters)))
      most[name] = Math.max(most[name] ?? 0, value);
  }, 500);
  try {
    const result = await work();
    const above = Object.entries(most).map(([name, value]) => [name, value - (idle[name] ?? 0)]);
    return { result, above: Object.fromEntries(above) };
  } finally {
    clearInterval(timer);
  }
}

function readMeters(meters: Record<string, () => number>): Record<string, number> {
  return Object.fromEntries(Object.entries(meters).map(([name, meter]) => [name, meter()]));
}

/** Empty where the process has just ended. */
function readFileOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
