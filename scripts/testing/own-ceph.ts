import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cephLocationFromEnv, stopCeph } from "../../tests/stores/ceph";

/** The S3 endpoint and the monitor's two ports. */
const PORTS = 3;

/**
 * Gives this run a Ceph of its own: a folder and free ports, so that two runs never share a store.
 * The first test that needs S3 starts it. `stop` ends it, if a test has started it. A run that was
 * given a store by `S3_TEST_ENDPOINT` uses that one.
 */
export async function ownCeph(): Promise<{ stop(): Promise<void> }> {
  if (process.env.S3_TEST_ENDPOINT) return { stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "dossier-ceph-"));
  process.env.CEPH_FOLDER = join(folder, "cluster");
  process.env.CEPH_PORT = String(await freePorts());
  const location = cephLocationFromEnv();
  return {
    async stop() {
      await stopCeph(location, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Returns the first of three neighbouring ports that are free, below those that the system gives
 * away by itself.
 */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: PORTS }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
