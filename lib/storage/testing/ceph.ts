import { randomUUID } from "node:crypto";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestStore } from "./buckets";
import { type CephPlace, cephConf, confOf, monitorOf } from "./ceph-conf";
import { type Daemon, pidOf, run, until, withLock } from "./ceph-process";

/** Known to everybody, good for nothing: the store listens on loopback only. */
const KEYS = { accessKeyId: "dossiertest", secretAccessKey: "dossier-test-secret-that-is-none" };
/** In the order in which they need each other. */
const DAEMONS: Daemon[] = ["ceph-mon", "ceph-osd", "radosgw"];

/** One cluster per user and port, wherever the clone lies; `CEPH_PORT` and `CEPH_FOLDER` move it. */
export function cephPlace(env: Record<string, string | undefined> = process.env): CephPlace {
  const port = Number(env.CEPH_PORT || 7490);
  return {
    port,
    folder: env.CEPH_FOLDER || join(tmpdir(), `dossier-ceph-${process.getuid?.() ?? 0}-${port}`),
  };
}

export function storeAt({ port }: CephPlace): TestStore {
  return { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", ...KEYS };
}

/** Starts the cluster, or finds it running; made at the first time (15 s). Any number of processes may call this at once. */
export async function startCeph(place: CephPlace): Promise<TestStore> {
  return withLock(`${place.folder}.lock`, async () => {
    if (!(await isUp(place))) {
      await end(place, "SIGTERM");
      if (await answers(place))
        throw new Error(`Port ${place.port} belongs to something else; set CEPH_PORT.`);
      if (!(await isMade(place))) await make(place);
      else for (const daemon of DAEMONS) await launch(place, daemon);
      await until(() => answers(place), 60_000, "The S3 gateway did not come up");
      if (!(await isMade(place))) await welcome(place);
    }
    return storeAt(place);
  });
}

/** SIGKILL is a power cut: nothing is flushed, nothing says goodbye. */
export async function stopCeph(place: CephPlace, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
  await withLock(`${place.folder}.lock`, () => end(place, signal));
}

/** Stops the cluster and forgets all that was in it. */
export async function resetCeph(place: CephPlace): Promise<void> {
  await withLock(`${place.folder}.lock`, async () => {
    await end(place, "SIGKILL");
    await rm(place.folder, { recursive: true, force: true });
  });
}

export async function isUp(place: CephPlace): Promise<boolean> {
  for (const daemon of DAEMONS) if ((await pidOf(place, daemon)) === null) return false;
  return answers(place);
}

async function make(place: CephPlace): Promise<void> {
  const { folder } = place;
  await rm(folder, { recursive: true, force: true });
  for (const name of ["", "mon", "osd", "rgw", "log"])
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const fsid = randomUUID();
  const disk = randomUUID();
  const map = join(folder, "monmap");
  await writeFile(confOf(place), cephConf(place, fsid));
  await run(place, "monmaptool", [
    "--create",
    "--clobber",
    "--fsid",
    fsid,
    "--addv",
    "a",
    monitorOf(place),
    map,
  ]);
  await run(place, "ceph-mon", ["--mkfs", "-i", "a", "--monmap", map]);
  await launch(place, "ceph-mon");
  await run(place, "ceph", ["--connect-timeout", "20", "osd", "new", disk]);
  await run(place, "ceph-osd", ["-i", "0", "--mkfs", "--osd-uuid", disk]);
  await launch(place, "ceph-osd");
  await launch(place, "radosgw");
}

async function welcome(place: CephPlace): Promise<void> {
  const keys = ["--access-key", KEYS.accessKeyId, "--secret-key", KEYS.secretAccessKey];
  await run(place, "radosgw-admin", ["user", "create", "--uid=test", "--display-name=test", ...keys]);
  await writeFile(join(place.folder, "made"), "");
}

async function launch(place: CephPlace, daemon: Daemon): Promise<void> {
  const who = { "ceph-mon": ["-i", "a"], "ceph-osd": ["-i", "0"], radosgw: ["-n", "client.rgw"] }[daemon];
  await run(place, daemon, [...who, "--pid-file", join(place.folder, `${daemon}.pid`)]);
}

async function end(place: CephPlace, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  for (const daemon of DAEMONS.toReversed()) {
    const pid = await pidOf(place, daemon);
    if (pid === null) continue;
    process.kill(pid, signal);
    const gone = async () => (await pidOf(place, daemon)) === null;
    await until(gone, 20_000, `${daemon} did not end`);
  }
}

function isMade(place: CephPlace): Promise<boolean> {
  return access(join(place.folder, "made")).then(
    () => true,
    () => false,
  );
}

function answers({ port }: CephPlace): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}
