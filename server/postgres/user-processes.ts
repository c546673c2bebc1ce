import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { processNameOf } from "./process-name";

/** The processes that use the database of a data folder. Each has a file, named by process id. */
export class UserProcesses {
  readonly #folder: string;
  readonly #own = String(process.pid);

  constructor(dataDir: string) {
    this.#folder = join(dataDir, "postgres.users");
  }

  async enter(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.#folder, this.#own), "");
  }

  async leave(): Promise<void> {
    await rm(join(this.#folder, this.#own), { force: true });
  }

  /** Counts the other running processes. Removes the files of processes that have ended. */
  async countOthers(): Promise<number> {
    let alive = 0;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name === this.#own) continue;
      if (processNameOf(Number(name))) alive++;
      else await rm(join(this.#folder, name), { force: true });
    }
    return alive;
  }
}

/** Runs `work` under a lock that all processes share. Takes over the lock of a dead process. */
export async function withLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const file = join(dataDir, "postgres.lock");
  for (;;) {
    if (await acquireLock(file)) break;
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (holder > 0 && !processNameOf(holder)) await rm(file, { force: true });
    else await wait(50);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** Uses a link, because it appears with its content: another process never finds an empty lock. */
async function acquireLock(file: string): Promise<boolean> {
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid), { mode: 0o600 });
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}
