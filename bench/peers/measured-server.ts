import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

const TICKS_PER_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100;

/** A server to measure, pinned to the first core if there are several. */
export type MeasuredServer = {
  url: string;
  cpuMs(): number;
  /** Returns the memory in use in bytes, and starts a new peak. */
  resetMemory(): number;
  /** Returns the peak memory since then, in bytes. */
  peakMemory(): number;
  stop(): Promise<void>;
};

/** Moves this process, which runs the load and a database, off the core of the measured server. */
export function moveOffFirstCore(): void {
  if (cpus().length > 1) spawnSync("taskset", ["-acp", `1-${cpus().length - 1}`, String(process.pid)]);
}

/** Starts a server and waits until `url` responds. Throws with its output if it does not start. */
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
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended:\n${output}`);
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
  throw new Error(`${command.join(" ")} does not respond at ${url}:\n${output}`);
}

async function isResponding(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Reads user and system time of the process, its threads and its descendants from proc(5). */
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

function memoryOf({ pid }: ChildProcess, name: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
}
