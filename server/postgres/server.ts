import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { findServerAccount, type SystemAccount } from "./account";
import { findBinaries } from "./binaries";
import { type Cluster, findOrCreateCluster, readCluster, SHARED_FOLDER, writeCluster } from "./cluster";
import { processNameOf } from "./process-name";
import { UserProcesses, withLock } from "./user-processes";

export type EmbeddedPostgres = {
  url: string;
  /** Returns the URL of another database in the same cluster. */
  urlOf(database: string): string;
  /** Leaves the server. The last process that leaves it stops it. */
  leave(): Promise<void>;
};

type Options = {
  dataDir: string;
  database?: string;
  /** Settings of postgresql.conf for this run, such as `{ fsync: "off" }`. */
  settings?: Record<string, string>;
};

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * Opens the PostgreSQL of a data folder. Creates its cluster at the first use and starts the server
 * unless another process has, on its own port of 127.0.0.1. Several processes may use it.
 */
export async function startPostgres({
  dataDir,
  database = "dossier",
  settings = {},
}: Options): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const users = new UserProcesses(dataDir);
  const cluster = await withLock(dataDir, async () => {
    const running = await findRunningCluster(dataDir);
    const found = running ?? (await startServer(dataDir, settings));
    await createDatabase(found, database);
    await users.enter();
    return found;
  });
  return {
    url: urlOf(cluster, database),
    urlOf: (name) => urlOf(cluster, name),
    leave: () =>
      withLock(dataDir, async () => {
        await users.leave();
        if ((await users.countOthers()) === 0) await stopServer(cluster);
      }),
  };
}

function urlOf({ port, password }: Cluster, database: string): string {
  return `postgresql://dossier:${password}@127.0.0.1:${port}/${database}`;
}

/** Returns the cluster if its server runs, also if the process that started it has died. */
async function findRunningCluster(dataDir: string): Promise<Cluster | undefined> {
  const cluster = await readCluster(dataDir);
  if (!cluster || !(await findServerPid(cluster))) return undefined;
  await waitUntilReady(cluster, () => findServerPid(cluster));
  return cluster;
}

async function startServer(dataDir: string, settings: Record<string, string>): Promise<Cluster> {
  const account = findServerAccount();
  const programs = await findBinaries(account, SHARED_FOLDER);
  const cluster = await findOrCreateCluster(dataDir, programs, account);
  // A killed server leaves this file. PostgreSQL removes it only if no process has that id now.
  await rm(join(cluster.directory, "postmaster.pid"), { force: true });
  cluster.port = await findFreePort(cluster.port);
  await writeCluster(dataDir, cluster);
  const child = spawnServer(programs.postgres, cluster, settings, join(dataDir, "postgres.log"), account);
  let exited = false;
  child.on("error", () => {
    exited = true;
  });
  child.on("exit", () => {
    exited = true;
  });
  try {
    await waitUntilReady(cluster, async () => (exited ? undefined : child.pid));
  } catch (cause) {
    child.kill("SIGQUIT");
    throw new Error(`PostgreSQL did not start. Its log is ${join(dataDir, "postgres.log")}.`, {
      cause,
    });
  }
  child.unref();
  return cluster;
}

function spawnServer(
  program: string,
  cluster: Cluster,
  settings: Record<string, string>,
  log: string,
  account: SystemAccount | undefined,
): ChildProcess {
  const all = {
    port: String(cluster.port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const output = openSync(log, "w", 0o600);
  try {
    // Detached, so Ctrl-C does not reach the server before the application's requests end.
    return spawn(program, ["-D", cluster.directory, ...flags], {
      ...account,
      cwd: "/",
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, LC_ALL: "C" },
    });
  } finally {
    closeSync(output);
  }
}

/** Waits until the server responds. Throws if `findPid` finds no process, or after the timeout. */
async function waitUntilReady(cluster: Cluster, findPid: () => Promise<number | undefined>): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      await query(urlOf(cluster, "postgres"), "SELECT 1");
      return;
    } catch (cause) {
      const hasExited = (await findPid()) === undefined;
      if (hasExited || Date.now() > deadline)
        throw new Error("The database server does not respond.", { cause });
      await wait(30);
    }
  }
}

async function stopServer(cluster: Cluster): Promise<void> {
  const pid = await findServerPid(cluster);
  if (!pid) return;
  // SIGINT ends the sessions and writes everything. After SIGQUIT the next start has to recover.
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (await findServerPid(cluster)) {
    if (Date.now() > deadline) {
      process.kill(pid, "SIGQUIT");
      return;
    }
    await wait(30);
  }
}

/** Finds the process id of the cluster's server. Ids are reused, so it also checks the program. */
async function findServerPid({ directory }: Cluster): Promise<number | undefined> {
  const file = join(directory, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const [firstLine, folder] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  const pid = Number(firstLine);
  if (!Number.isInteger(pid) || pid <= 0 || folder !== directory) return undefined;
  return processNameOf(pid)?.startsWith("postgres") ? pid : undefined;
}

async function createDatabase(cluster: Cluster, name: string): Promise<void> {
  const admin = urlOf(cluster, "postgres");
  const rowCount = await query(admin, "SELECT 1 FROM pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) await query(admin, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
}

async function query(url: string, sql: string, values: unknown[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(sql, values)).rowCount ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Returns `wanted` if no program listens there, otherwise a port that the system chooses. */
async function findFreePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const found = await tryListen(port);
    if (found) return found;
  }
  throw new Error("There is no free port for PostgreSQL on 127.0.0.1.");
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const found = typeof address === "object" && address ? address.port : undefined;
      server.close(() => done(found));
    });
  });
}
