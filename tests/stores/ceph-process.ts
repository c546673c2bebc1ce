import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CephLocation, configPathOf } from "./ceph-conf";

export type Daemon = "ceph-mon" | "ceph-osd" | "radosgw";

/** Runs one of Ceph's programs to its end (a daemon ends once its child stands on its own) and fails with what it said. */
export async function runCephProgram(
  place: CephLocation,
  program: string,
  parameters: string[],
): Promise<void> {
  const said = join(place.folder, "log", `${program}.out`);
  const output = await open(said, "w");
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  try {
    // Into a file and not a pipe: the daemon keeps what it inherits, and a pipe would then never end.
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
      throw new Error(`${program} ended with ${code}: ${(await readFile(said, "utf8")).slice(-2000)}`);
  } finally {
    await output.close();
  }
}

/** The process of a daemon, null where it does not run. A number that the system has given to another process meanwhile is not taken for it. */
export async function pidOf(place: CephLocation, daemon: Daemon): Promise<number | null> {
  const pid = Number(await readFile(join(place.folder, `${daemon}.pid`), "utf8").catch(() => ""));
  if (!pid) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes(configPathOf(place)) ? pid : null;
}

export async function pollUntil(
  reached: () => Promise<boolean>,
  patience: number,
  otherwise: string,
): Promise<void> {
  const end = Date.now() + patience;
  while (!(await reached())) {
    if (Date.now() > end) throw new Error(`${otherwise} within ${patience / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One process at a time, on this machine. A lock whose holder has died is taken over. */
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
    // No number yet: it is just being taken.
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
