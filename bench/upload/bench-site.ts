import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../server/postgres/server";
import { applyMigrations } from "../../server/prisma/apply-migrations";
import { s3Environment, type TestStoreWithBuckets } from "../../tests/stores/s3-environment";
import { type MeasuredServer, startMeasuredServer } from "../peers/measured-server";
import { createMembers } from "../peers/members";

export type BenchSite = { url: string; cookie: string; server: MeasuredServer; stop(): Promise<void> };

/**
 * Starts the built application of `folder` with its own database, its files in `store`, and a
 * signed-in member. It may use every core.
 */
export async function startBenchSite(
  folder: string,
  store: TestStoreWithBuckets,
  port: number,
): Promise<BenchSite> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  const stopDatabase = async () => {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await applyMigrations(postgres.url);
    const url = `http://localhost:${port}`;
    const secret = randomBytes(32).toString("hex");
    const [cookie = ""] = await createMembers(1, { databaseUrl: postgres.url, appUrl: url, secret });
    const server = await startMeasuredServer(
      [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"],
      `${url}/api/health`,
      {
        NODE_ENV: "production",
        PORT: String(port),
        APP_URL: url,
        AUTH_SECRET: secret,
        DATA_DIR: dataDir,
        DATABASE_URL: postgres.url,
        QUOTA_BYTES: "9000000000000000",
        ...s3Environment(store),
      },
      { cwd: folder, pinned: false },
    );
    const stop = async () => {
      await server.stop();
      await stopDatabase();
    };
    return { url, cookie, server, stop };
  } catch (error) {
    await stopDatabase();
    throw error;
  }
}
