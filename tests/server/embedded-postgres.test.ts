import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deleteDataDirAndCluster, readCluster } from "../../server/postgres/cluster";
import { startPostgres } from "../../server/postgres/server";
import { root } from "../../server/root";

const settings = { fsync: "off" };
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "dossier-postgres-"));
  // mkdtemp denies access to other users. PostgreSQL must reach the folder as another user.
  chmodSync(dataDir, 0o711);
});

afterEach(async () => {
  await deleteDataDirAndCluster(dataDir);
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function portOf(folder: string): Promise<number> {
  return (await readCluster(folder))?.port ?? 0;
}

async function pidOf(folder: string): Promise<number> {
  const { directory = "" } = (await readCluster(folder)) ?? {};
  return Number(readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n")[0]);
}

describe("the embedded PostgreSQL", () => {
  test("keeps its data after a restart", async () => {
    const first = await startPostgres({ dataDir, settings });
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.leave();
    await expect(query(first.url, "SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
    const second = await startPostgres({ dataDir, settings });
    await expect(query(second.url, "SELECT answer FROM kept")).resolves.toEqual([{ answer: 42 }]);
    await second.leave();
  });

  test("is shared by two processes and runs until the last leaves", async () => {
    const first = await startPostgres({ dataDir, settings });
    const program = `import { startPostgres } from ${JSON.stringify(join(root, "server/postgres/server.ts"))};
      const { url, leave } = await startPostgres({ dataDir: process.argv[1] });
      process.stdout.write(url + "\\n");
      process.stdin.once("data", async () => { await leave(); process.exit(0); });`;
    const args = ["--import", "tsx", "--input-type=module", "-e", program, dataDir];
    const second = spawn(process.execPath, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    const [printed] = await once(second.stdout, "data");
    expect(String(printed).trim()).toBe(first.url);
    await first.leave();
    await expect(query(first.url, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
    second.stdin.write("leave\n");
    await once(second, "exit");
    await expect(query(first.url, "SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
  });

  test("takes over and stops the server of a killed process", async () => {
    const program = `import { startPostgres } from ${JSON.stringify(join(root, "server/postgres/server.ts"))};
      await startPostgres({ dataDir: process.argv[1] });
      process.kill(process.pid, "SIGKILL");`;
    const args = ["--import", "tsx", "--input-type=module", "-e", program, dataDir];
    await once(spawn(process.execPath, args, { cwd: root, stdio: "inherit" }), "exit");
    const orphan = await pidOf(dataDir);
    const next = await startPostgres({ dataDir, settings });
    expect(await pidOf(dataDir)).toBe(orphan);
    await next.leave();
    await expect(query(next.url, "SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
  });

  test("starts after a power failure, also if its process id is reused", async () => {
    const first = await startPostgres({ dataDir, settings });
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer; CHECKPOINT");
    const { directory = "" } = (await readCluster(dataDir)) ?? {};
    const lock = readFileSync(join(directory, "postmaster.pid"), "utf8");
    await first.leave();
    writeFileSync(join(directory, "postmaster.pid"), lock.replace(/^\d+/, String(process.pid)));
    const second = await startPostgres({ dataDir, settings });
    await expect(query(second.url, "SELECT answer FROM kept")).resolves.toEqual([{ answer: 42 }]);
    await second.leave();
  });

  test("uses another port if its port is in use", async () => {
    const first = await startPostgres({ dataDir, settings });
    const port = await portOf(dataDir);
    await first.leave();
    const otherServer = createServer().listen(port, "127.0.0.1");
    await once(otherServer, "listening");
    const second = await startPostgres({ dataDir, settings });
    expect(await portOf(dataDir)).not.toBe(port);
    await expect(query(second.url, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
    await second.leave();
    otherServer.close();
  });

  test("starts after its data folder was moved", async () => {
    const first = await startPostgres({ dataDir, settings });
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.leave();
    const moved = `${dataDir}-moved`;
    renameSync(dataDir, moved);
    const second = await startPostgres({ dataDir: moved, settings });
    await expect(query(second.url, "SELECT answer FROM kept")).resolves.toEqual([{ answer: 42 }]);
    await second.leave();
    await deleteDataDirAndCluster(moved);
  });

  test("does not overwrite a database if its password is lost", async () => {
    const first = await startPostgres({ dataDir, settings });
    await first.leave();
    const { directory = "" } = (await readCluster(dataDir)) ?? {};
    rmSync(join(dataDir, "postgres.json"));
    await expect(startPostgres({ dataDir, settings })).rejects.toThrow(/password/);
    expect(existsSync(join(directory, "PG_VERSION"))).toBe(true);
  });

  test("requires a password, which only its owner can read", async () => {
    const { url, leave } = await startPostgres({ dataDir, settings });
    const without = new URL(url);
    without.password = "guess";
    await expect(query(without.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
    expect(statSync(join(dataDir, "postgres.json")).mode & 0o777).toBe(0o600);
    await expect(query(url, "SHOW listen_addresses")).resolves.toEqual([{ listen_addresses: "127.0.0.1" }]);
    await leave();
  });

  test.runIf(process.getuid?.() === 0)(
    "uses a shared folder if it cannot reach root's data folder",
    async () => {
      const closed = join(dataDir, "closed");
      mkdirSync(closed, { mode: 0o700 });
      const inner = join(closed, "data");
      const { url, leave } = await startPostgres({ dataDir: inner, settings });
      await expect(query(url, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
      expect((await readCluster(inner))?.directory).toMatch(/^\/var\/lib\/dossier\//);
      await leave();
      await deleteDataDirAndCluster(inner);
    },
  );
});
