import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { canReach, type SystemAccount } from "./account";
import type { PostgresBinaries } from "./binaries";

/** The folder for files that the user `postgres` must reach when root starts the server. */
export const SHARED_FOLDER = "/var/lib/dossier";
const MAJOR_VERSION = "18";

/** The content of `postgres.json` in DATA_DIR, with which other processes find the database. */
export type Cluster = { directory: string; port: number; password: string };

/** Reads the cluster of a data folder, or `undefined` if none exists yet. */
export async function readCluster(dataDir: string): Promise<Cluster | undefined> {
  const pointer = pointerFileOf(dataDir);
  if (!existsSync(pointer)) return undefined;
  const { directory, port, password } = JSON.parse(await readFile(pointer, "utf8"));
  return { directory: resolve(dataDir, String(directory)), port: Number(port), password: String(password) };
}

/**
 * Writes `postgres.json` atomically. Only its owner may read it, because it contains the password.
 * The path of a cluster inside the data folder is relative, so that both can be moved together.
 */
export async function writeCluster(dataDir: string, cluster: Cluster): Promise<void> {
  const inner = relative(resolve(dataDir), cluster.directory);
  const directory = inner.startsWith("..") || isAbsolute(inner) ? cluster.directory : inner;
  const unfinished = `${pointerFileOf(dataDir)}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify({ ...cluster, directory }, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, pointerFileOf(dataDir));
}

/** Deletes the data folder and its cluster. The server must have stopped. */
export async function deleteDataDirAndCluster(dataDir: string): Promise<void> {
  const cluster = await readCluster(dataDir);
  if (cluster) await rm(dirname(cluster.directory), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/**
 * Returns the cluster of a data folder, and creates it if there is none. Starts no server. Replaces
 * an incomplete cluster of a killed process.
 */
export async function findOrCreateCluster(
  dataDir: string,
  programs: PostgresBinaries,
  account: SystemAccount | undefined,
): Promise<Cluster> {
  const known = await readCluster(dataDir);
  if (known && existsSync(join(known.directory, "PG_VERSION"))) {
    const version = readFileSync(join(known.directory, "PG_VERSION"), "utf8").trim();
    if (version !== MAJOR_VERSION) {
      throw new Error(
        `The database in ${known.directory} belongs to PostgreSQL ${version}, but this is version ${MAJOR_VERSION}. Dump it with the old version, or set DATA_DIR to a new folder.`,
      );
    }
    return known;
  }
  const directory = await chooseDirectory(dataDir, account);
  if (existsSync(join(directory, "PG_VERSION"))) {
    throw new Error(
      `There is a database in ${directory}, but its password file ${pointerFileOf(dataDir)} is missing. Restore that file, or move the database away.`,
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
  // Writes the password first: without it the cluster is useless.
  await writeCluster(dataDir, cluster);
  await rm(directory, { recursive: true, force: true });
  await rename(unfinished, directory);
  return cluster;
}

function pointerFileOf(dataDir: string): string {
  return join(dataDir, "postgres.json");
}

/** Returns a path in the data folder, or in the shared folder if the account cannot reach that. */
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
  return new Promise((resolve, reject) => {
    // The built-in locale sorts the same on every machine, with any C library.
    const flags = ["--username=dossier", "--auth=scram-sha-256", `--pwfile=${secret}`, "--encoding=UTF8"];
    flags.push("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8");
    const child = spawn(programs.initdb, [`--pgdata=${directory}`, ...flags], {
      ...account,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`initdb could not create the database (exit code ${code}).\n${output}`)),
    );
  });
}
