import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { s3Environment, type TestPlace } from "../../../lib/storage/testing/s3-environment";
import { members } from "../../peers/members";
import { type Peer, startPeer } from "../../peers/process";
import { startPostgres } from "../../postgres/server";
import { migrate } from "../../prisma/migrate";

export type Site = { url: string; cookie: string; peer: Peer; stop(): Promise<void> };

/** The built application of `folder` with a database of its own, its files in `place`, and a member signed in. It may use every core: so may what it serves. */
export async function startSite(folder: string, place: TestPlace, port: number): Promise<Site> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  const stopDatabase = async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.url);
    const url = `http://localhost:${port}`;
    const secret = randomBytes(32).toString("hex");
    const [cookie = ""] = await members(1, { databaseUrl: postgres.url, appUrl: url, secret });
    const peer = await startPeer(
      [process.execPath, "--import", "tsx", "scripts/peers/serve.ts"],
      `${url}/api/health`,
      {
        NODE_ENV: "production",
        PORT: String(port),
        APP_URL: url,
        AUTH_SECRET: secret,
        DATA_DIR: dataDir,
        DATABASE_URL: postgres.url,
        QUOTA_BYTES: "9000000000000000",
        ...s3Environment(place),
      },
      { cwd: folder, pinned: false },
    );
    const stop = async () => {
      await peer.stop();
      await stopDatabase();
    };
    return { url, cookie, peer, stop };
  } catch (error) {
    await stopDatabase();
    throw error;
  }
}
