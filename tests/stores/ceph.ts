import { randomUUID } from "node:crypto";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestStore } from "./buckets";
import { type CephLocation, configPathOf, formatCephConf, monitorAddressesOf } from "./ceph-conf";
import { type Daemon, pidOf, pollUntil, runCephProgram, withLock } from "./ceph-process";

/** Not secret: the store listens only on loopback. */
const CREDENTIALS = { accessKeyId: "dossiertest", secretAccessKey: "dossier-test-secret-that-is-none" };
/** In start order. */
const DAEMONS: Daemon[] = ["ceph-mon", "ceph-osd", "radosgw"];

/** One cluster per user and port for all clones; `CEPH_PORT` and `CEPH_FOLDER` change it. */
export function cephLocationFromEnv(env: Record<string, string | undefined> = process.env): CephLocation {
  const port = Number(env.CEPH_PORT || 7490);
  return {
    port,
    folder: env.CEPH_FOLDER || join(tmpdir(), `dossier-ceph-${process.getuid?.() ?? 0}-${port}`),
  };
}

export function testStoreAt({ port }: CephLocation): TestStore {
  return { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", ...CREDENTIALS };
}

/**
 * Starts the cluster unless it runs. Creates it first if needed (15 s). Safe for concurrent
 * processes.
 */
export async function startCeph(place: CephLocation): Promise<TestStore> {
  return withLock(`${place.folder}.lock`, async () => {
    if (!(await isRunning(place))) {
      await stopDaemons(place, "SIGTERM");
      if (await isResponding(place))
        throw new Error(`Port ${place.port} belongs to something else; set CEPH_PORT.`);
      if (!(await isCreated(place))) await createCluster(place);
      else for (const daemon of DAEMONS) await startDaemon(place, daemon);
      await pollUntil(() => isResponding(place), 60_000, "The S3 gateway did not come up");
      if (!(await isCreated(place))) await createTestUser(place);
    }
    return testStoreAt(place);
  });
}

/** Stops the cluster. SIGKILL simulates a power cut: the daemons flush nothing. */
export async function stopCeph(
  place: CephLocation,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<void> {
  await withLock(`${place.folder}.lock`, () => stopDaemons(place, signal));
}

/** Stops the cluster and deletes its data. */
export async function resetCeph(place: CephLocation): Promise<void> {
  await withLock(`${place.folder}.lock`, async () => {
    await stopDaemons(place, "SIGKILL");
    await rm(place.folder, { recursive: true, force: true });
  });
}

export async function isRunning(place: CephLocation): Promise<boolean> {
  for (const daemon of DAEMONS) if ((await pidOf(place, daemon)) === null) return false;
  return isResponding(place);
}

async function createCluster(place: CephLocation): Promise<void> {
  const { folder } = place;
  await rm(folder, { recursive: true, force: true });
  for (const name of ["", "mon", "osd", "rgw", "log"])
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const fsid = randomUUID();
  const disk = randomUUID();
  const map = join(folder, "monmap");
  await writeFile(configPathOf(place), formatCephConf(place, fsid));
  await runCephProgram(place, "monmaptool", [
    "--create",
    "--clobber",
    "--fsid",
    fsid,
    "--addv",
    "a",
    monitorAddressesOf(place),
    map,
  ]);
  await runCephProgram(place, "ceph-mon", ["--mkfs", "-i", "a", "--monmap", map]);
  await startDaemon(place, "ceph-mon");
  await runCephProgram(place, "ceph", ["--connect-timeout", "20", "osd", "new", disk]);
  await runCephProgram(place, "ceph-osd", ["-i", "0", "--mkfs", "--osd-uuid", disk]);
  await startDaemon(place, "ceph-osd");
  await startDaemon(place, "radosgw");
}

async function createTestUser(place: CephLocation): Promise<void> {
  const keys = ["--access-key", CREDENTIALS.accessKeyId, "--secret-key", CREDENTIALS.secretAccessKey];
  await runCephProgram(place, "radosgw-admin", [
    "user",
    "create",
    "--uid=test",
    "--display-name=test",
    ...keys,
  ]);
  await writeFile(join(place.folder, "made"), "");
}

async function startDaemon(place: CephLocation, daemon: Daemon): Promise<void> {
  const identity = { "ceph-mon": ["-i", "a"], "ceph-osd": ["-i", "0"], radosgw: ["-n", "client.rgw"] }[
    daemon
  ];
  await runCephProgram(place, daemon, [...identity, "--pid-file", join(place.folder, `${daemon}.pid`)]);
}

async function stopDaemons(place: CephLocation, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  for (const daemon of DAEMONS.toReversed()) {
    const pid = await pidOf(place, daemon);
    if (pid === null) continue;
    process.kill(pid, signal);
    const hasEnded = async () => (await pidOf(place, daemon)) === null;
    await pollUntil(hasEnded, 20_000, `${daemon} did not end`);
  }
}

function isCreated(place: CephLocation): Promise<boolean> {
  return access(join(place.folder, "made")).then(
    () => true,
    () => false,
  );
}

function isResponding({ port }: CephLocation): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
}
