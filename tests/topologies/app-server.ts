import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Build } from "./second-build";

export type AppServer = { port: number; stop(): Promise<void> };

/** Serves the build of a folder on a port. Throws with its output if it does not start. */
export async function startAppServer(
  { folder }: Build,
  port: number,
  settings: Record<string, string>,
): Promise<AppServer> {
  const child = spawn(process.execPath, ["--import", "tsx", "tests/support/serve-app.ts"], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", PORT: String(port), STORAGE: "local", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const stop = () => stopProcess(child);
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`The application ended:\n${output}`);
    if (await isHealthy(port)) return { port, stop };
    await wait(100);
  }
  await stop();
  throw new Error(`The application does not respond:\n${output}`);
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

function isHealthy(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}
