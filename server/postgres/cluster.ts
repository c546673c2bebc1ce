import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type SystemAccount, canReach } from "./account";
import type { PostgresBinaries } from "./binaries";

/** Where root keeps what the user `postgres` must reach. */
export const SHARED_FOLDER = "/var/lib/dossier";
const MAJOR_VERSION = "18";

/** What DATA_DIR remembers of its database: read by every other process that wants to find it. */
export type Cluster = { directory: string; port: number; password: string };

/** The cluster that a data folder points at, or `undefined` where none was made yet. */
export async function readCluster(dataDir: string): Promise<Cluster | undefined> {
  const pointer = pointerFileOf(dataDir);
  if (!existsSync(pointer)) return undefined;
  const { directory, port, password } = JSON.parse(await readFile(pointer, "utf8"));
  return { directory: resolve(dataDir, String(directory)), port: Number(port), password: String(password) };
}

/**
 * Writes the pointer whole or not at all; it holds the password and is its owner's alone. A cluster inside the data folder is
 * named from there, so that both can be moved together.
 */
export async function writeCluster(dataDir: string, cluster: Cluster): Promise<void> {
  const inner = relative(resolve(dataDir), cluster.directory);
  const directory = inner.startsWith("..") || isAbsolute(inner) ? cluster.directory : inner;
  const unfinished = `${pointerFileOf(dataDir)}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify({ ...cluster, directory }, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, pointerFileOf(dataDir));
}

/** Destroys the data folder and its cluster, wherever that lies. For tests: the server must have been stopped. */
export async function destroyDataDir(dataDir: string): Promise<void> {
  const cluster = await readCluster(dataDir);
  if (cluster) await rm(dirname(cluster.directory), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/** Makes the cluster unless it is there. A cluster that was only half made, by a process that was killed, is made again. */
export async function ensureCluster(
  dataDir: string,
  programs: PostgresBinaries,
  account: SystemAccount | undefined,
): Promise<Cluster> {
  const known = await readCluster(dataDir);
  if (known && existsSync(join(known.directory, "PG_VERSION"))) {
    const version = readFileSync(join(known.directory, "PG_VERSION"), "utf8").trim();
    if (version !== MAJOR_VERSION) {
      throw new Error(
        `The database in ${known.directory} was made by PostgreSQL ${version}; this is ${MAJOR_VERSION}. Dump it with the old version, or set DATA_DIR to a new folder.`,
      );
    }
    return known;
  }
  const directory = await chooseDirectory(dataDir, account);
  if (existsSync(join(directory, "PG_VERSION"))) {
    throw new Error(
      `There is a database in ${directory}, but ${pointerFileOf(dataDir)}, which has its password, is gone. Put that back, or move the database away.`,
    );
  }
  const cluster = { directory, port: known?.port ?? 0, password: randomBytes(24).toString("base64url") };
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  if (account) await chown(unfinished, account.uid, account.gid);
  const secret = join(unfinished, "..", `${process.pid}.password`);
  await writeFile(secret, `${cluster.password}\n`, { mode: 0o600 });
  try {
    if (account) await chown(secret, account.uid, account.gid);
    await runInitdb(programs, unfinished, secret, account);
  } finally {
    await rm(secret, { force: true });
  }
  // The pointer first: a cluster without its password is of no use to anybody.
  await writeCluster(dataDir, cluster);
  await rm(directory, { recursive: true, force: true });
  await rename(unfinished, directory);
  return cluster;
}

function pointerFileOf(dataDir: string): string {
  return join(dataDir, "postgres.json");
}

/** In the data folder, unless the account that runs the server cannot come there. */
async function chooseDirectory(dataDir: string, account: SystemAccount | undefined): Promise<string> {
  const wanted = resolve(dataDir, "postgres");
  await mkdir(wanted, { recursive: true, mode: 0o711 });
  if (!account || canReach(account, wanted)) return join(wanted, "data");
  const folder = join(SHARED_FOLDER, randomBytes(8).toString("hex"));
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return join(folder, "data");
}

function runInitdb(
  programs: PostgresBinaries,
  directory: string,
  secret: string,
  account: SystemAccount | undefined,
): Promise<void> {
  return new Promise((done, fail) => {
    // The built-in locale sorts and compares the same on every machine, whatever its C library.
    const flags = ["--username=dossier", "--auth=scram-sha-256", `--pwfile=${secret}`, "--encoding=UTF8"];
    flags.push("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8");
    const child = spawn(programs.initdb, [`--pgdata=${directory}`, ...flags], {
      ...account,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
    child.on("error", fail);
    child.on("close", (code) =>
      code === 0
        ? done()
        : fail(new Error(`initdb could not make the database (exit code ${code}).\n${said}`)),
    );
  });
}
