import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

const TICKS_PER_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100;

/** A server under measurement, on a core of its own where there are two. */
export type MeasuredServer = {
  url: string;
  cpuMs(): number;
  /** The memory in use at this moment, in bytes; from now on its peak is counted anew. */
  resetMemory(): number;
  /** The most that was in use at once since then, in bytes. */
  peakMemory(): number;
  stop(): Promise<void>;
};

/** Moves this process (the load, and a database that it starts) off the core that servers are measured on. */
export function moveOffFirstCore(): void {
  if (cpus().length > 1) spawnSync("taskset", ["-acp", `1-${cpus().length - 1}`, String(process.pid)]);
}

/** Starts a server, `pinned` to the first core, and waits until `url` answers. Throws with what it printed where it does not come up. */
export async function startMeasuredServer(
  command: string[],
  url: string,
  env: Record<string, string>,
  { cwd, pinned = true }: { cwd?: string; pinned?: boolean } = {},
): Promise<MeasuredServer> {
  const [program = "", ...args] = pinned && cpus().length > 1 ? ["taskset", "-c", "0", ...command] : command;
  const child = spawn(program, args, {
    ...(cwd ? { cwd } : {}),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (printed += data));
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  for (let tried = 0; tried < 300; tried += 1) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended:\n${printed}`);
    if (await isResponding(url)) {
      return {
        url,
        cpuMs: () => cpuMsOf(child),
        resetMemory: () => {
          writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
          return memoryOf(child, "VmRSS");
        },
        peakMemory: () => memoryOf(child, "VmHWM"),
        stop,
      };
    }
    await wait(100);
  }
  await stop();
  throw new Error(`${command.join(" ")} does not answer at ${url}:\n${printed}`);
}

async function isResponding(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** User and system time of the process with its threads and of all that it has started, so far, from proc(5). */
function cpuMsOf({ pid }: ChildProcess): number {
  return ticksOf(String(pid)) * (1000 / TICKS_PER_SECOND);
}

function ticksOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
  return children.reduce((sum, child) => sum + ticksOf(child), Number(fields[11]) + Number(fields[12]));
}

function memoryOf({ pid }: ChildProcess, line: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${line}:\\s*(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
}
