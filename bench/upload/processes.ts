import { readdirSync, readFileSync } from "node:fs";

/** Lists a process and its descendants, from /proc. */
export function processTreeOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileOrEmpty(`/proc/${name}/stat`))?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const tree = [pid];
  for (const member of tree) for (const [child, parent] of parents) if (parent === member) tree.push(child);
  return tree;
}

/** Lists the descendants of this process whose program path contains `program`. */
export function findChildren(program: string): number[] {
  return processTreeOf(process.pid).filter((pid) =>
    readFileOrEmpty(`/proc/${pid}/cmdline`).split("\0")[0]?.includes(program),
  );
}

/** Returns the proportional memory (PSS) of the processes in MiB: shared pages count once. */
export function memoryMiBOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

/** Runs `work` and returns the highest reading of each meter, above its reading before. */
export async function measurePeak<T>(
  meters: Record<string, () => number>,
  work: () => Promise<T>,
): Promise<{ result: T; above: Record<string, number> }> {
  const idle = readMeters(meters);
  const peaks = { ...idle };
  const timer = setInterval(() => {
    for (const [name, value] of Object.entries(readMeters(meters)))
      peaks[name] = Math.max(peaks[name] ?? 0, value);
  }, 500);
  try {
    const result = await work();
    const above = Object.entries(peaks).map(([name, value]) => [name, value - (idle[name] ?? 0)]);
    return { result, above: Object.fromEntries(above) };
  } finally {
    clearInterval(timer);
  }
}

function readMeters(meters: Record<string, () => number>): Record<string, number> {
  return Object.fromEntries(Object.entries(meters).map(([name, meter]) => [name, meter()]));
}

/** Returns "" if the process has just ended. */
function readFileOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
