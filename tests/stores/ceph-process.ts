import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CephLocation, configPathOf } from "./ceph-conf";

export type Daemon = "ceph-mon" | "ceph-osd" | "radosgw";

/**
 * Runs a Ceph program until it exits; a daemon exits once its child runs. Fails with its output.
 */
export async function runCephProgram(
  place: CephLocation,
  program: string,
  parameters: string[],
): Promise<void> {
  const outputPath = join(place.folder, "log", `${program}.out`);
  const output = await open(outputPath, "w");
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  try {
    // Not a pipe: the daemon inherits it and would keep it open.
    const child = spawn(program, ["-c", configPathOf(place), ...parameters], {
      stdio: ["ignore", output.fd, output.fd],
      env: { ...process.env, PATH: path },
      timeout: 60_000,
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    if (code !== 0)
      throw new Error(`${program} ended with ${code}: ${(await readFile(outputPath, "utf8")).slice(-2000)}`);
  } finally {
    await output.close();
  }
}

/**
 * Returns the pid of a daemon, or null if it does not run or the pid belongs to another process.
 */
export async function pidOf(place: CephLocation, daemon: Daemon): Promise<number | null> {
  const pid = Number(await readFile(join(place.folder, `${daemon}.pid`), "utf8").catch(() => ""));
  if (!pid) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes(configPathOf(place)) ? pid : null;
}

export async function pollUntil(
  isReached: () => Promise<boolean>,
  timeoutMs: number,
  failure: string,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isReached())) {
    if (Date.now() > end) throw new Error(`${failure} within ${timeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Runs `work` while no other process of this machine holds the lock. Takes over the lock of a dead
 * process.
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const holder = join(folder, "pid");
  await pollUntil(() => acquireLock(folder, holder), 240_000, `${folder} was not released`);
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function acquireLock(folder: string, holder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    await writeFile(holder, String(process.pid));
    return true;
  } catch {
    const pid = Number(await readFile(holder, "utf8").catch(() => ""));
    // No pid yet: another process is taking the lock.
    if (pid && !isAlive(pid)) await rm(folder, { recursive: true, force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
