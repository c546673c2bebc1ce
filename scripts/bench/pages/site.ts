import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "../../../lib/env";
import { addressOf, DEMO_PASSWORD } from "../../../prisma/demo/accounts";
import { layDemo } from "../../../prisma/seed";
import { startPeer } from "../../peers/process";
import { startPostgres } from "../../postgres/server";
import { migrate } from "../../prisma/migrate";

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
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.url);
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
    await layDemo({ env: parseEnv(settings) });
    const command = [process.execPath, "--import", "tsx", "scripts/peers/serve.ts"];
    const peer = await startPeer(command, `${url}/api/health`, settings, { pinned: false });
    const stop = async () => {
      await peer.stop();
      await stopDatabase();
    };
    return { url, cookieOf: (key) => signIn(url, addressOf(key)), stop };
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
