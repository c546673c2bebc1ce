import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "../../lib/config/env";
import { DEMO_PASSWORD, demoEmail } from "../../prisma/demo/accounts";
import { seedDemo } from "../../prisma/seed";
import { startPostgres } from "../../server/postgres/server";
import { applyMigrations } from "../../server/prisma/apply-migrations";
import { startMeasuredServer } from "../peers/measured-server";

export type DemoSite = {
  url: string;
  /** The Cookie header of one of the demo's people, by the first part of their address. */
  cookieOf(key: string): Promise<string>;
  stop(): Promise<void>;
};

/** The built application with the demo in a database of its own, on local storage. It may use every core. */
export async function startDemoSite(port: number): Promise<DemoSite> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-pages-"));
  const postgres = await startPostgres({ dataDir });
  const stopDatabase = async () => {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await applyMigrations(postgres.url);
    const url = `http://localhost:${port}`;
    const settings = {
      PORT: String(port),
      APP_URL: url,
      AUTH_SECRET: randomBytes(32).toString("hex"),
      DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      STORAGE: "local",
      NODE_ENV: "production",
    };
    await seedDemo({ env: parseEnv(settings) });
    const command = [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"];
    const peer = await startMeasuredServer(command, `${url}/api/health`, settings, { pinned: false });
    const stop = async () => {
      await peer.stop();
      await stopDatabase();
    };
    return { url, cookieOf: (key) => signIn(url, demoEmail(key)), stop };
  } catch (error) {
    await stopDatabase();
    throw error;
  }
}

async function signIn(url: string, email: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  });
  if (!answer.ok) throw new Error(`Signing ${email} in was answered with ${answer.status}.`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}
