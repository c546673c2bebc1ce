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
  /** Signs in the demo account `<key>@…` and returns the Cookie header. */
  cookieOf(key: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts the built application with the demo, its own database and local storage. */
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
    const server = await startMeasuredServer(command, `${url}/api/health`, settings, { pinned: false });
    const stop = async () => {
      await server.stop();
      await stopDatabase();
    };
    return { url, cookieOf: (key) => signIn(url, demoEmail(key)), stop };
  } catch (error) {
    await stopDatabase();
    throw error;
  }
}

async function signIn(url: string, email: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  });
  if (!response.ok) throw new Error(`The sign-in of ${email} responded ${response.status}.`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}
