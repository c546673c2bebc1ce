import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buildAndPublish } from "../../server/build";
import { root } from "../../server/root";
import { findFreePort } from "./free-port";

export type RunningSite = {
  url: string;
  process: ChildProcess;
  /** Returns what the process has printed so far to stdout and stderr. */
  output(): string;
  /** Resolves to the exit code. */
  exited: Promise<number | null>;
};

/** Starts the application as `npm start` does, in its own process, with the given settings. */
export async function startRunningSite(
  settings: Record<string, string>,
  { dev = false } = {},
): Promise<RunningSite> {
  if (!dev) await buildAndPublish();
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(root, "scripts", dev ? "dev.ts" : "start.ts")],
    {
      cwd: root,
      env: { ...siteEnvironment(), PORT: String(port), APP_URL: url, DEMO: "off", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  // At "exit" the last output may not have arrived yet.
  const exited = once(child, "close").then(([code]): number | null => code);
  const failed = exited.then((code) => {
    throw new Error(`The application ended with ${code} before it responded:\n${output}`);
  });
  failed.catch(() => undefined);
  await Promise.race([failed, waitUntilResponding(`${url}/api/fields`)]);
  return { url, process: child, output: () => output, exited };
}

async function waitUntilResponding(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Returns the environment without the variables of the test runner. */
function siteEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return Object.assign({}, process.env, {
    PATH,
    HOME,
    TMPDIR,
    NODE_ENV: "production",
    VITEST: "",
    FORCE_COLOR: "",
  });
}
