import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buildAndPublish } from "../../server/build";
import { root } from "../../server/root";

export type RunningSite = {
  url: string;
  process: ChildProcess;
  /** Everything that it has written so far, to both of its outputs. */
  output(): string;
  /** Resolves to its exit code. */
  exited: Promise<number | null>;
};

/** The application as `npm start` runs it, in a process of its own, with these settings and nothing else of ours. */
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
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (written += String(text)));
  // Not "exit": what it wrote last may still be on its way then.
  const ended = once(child, "close").then(([code]): number | null => code);
  const failed = ended.then((code) => {
    throw new Error(`It ended with ${code} before it answered:\n${written}`);
  });
  failed.catch(() => undefined);
  await Promise.race([failed, waitUntilResponding(`${url}/api/fields`)]);
  return { url, process: child, output: () => written, exited: ended };
}

async function waitUntilResponding(address: string): Promise<void> {
  for (;;) {
    const response = await fetch(address).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** What the runner of the tests has set is not for a site. */
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

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
