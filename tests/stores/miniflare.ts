import { createRequire } from "node:module";
import { join } from "node:path";
import { describeNpmTool, installTool, isInstalled } from "../support/npm-tool";

/** 174 MB. Its packages depend on exact versions of each other. */
const miniflare = describeNpmTool("miniflare", "4.20260730.0");

/** The part of Miniflare's interface that the tests use. */
export type Miniflare = { ready: Promise<URL>; dispose(): Promise<void> };
export type MiniflareOptions = {
  modules: true;
  script: string;
  host: string;
  port: number;
  telemetry: { enabled: boolean };
  r2Persist: string;
  r2Buckets: Record<string, { id: string; s3Credentials: { accessKeyId: string; secretAccessKey: string } }>;
};

export function hasMiniflare(): boolean {
  return isInstalled(miniflare);
}

/** Installs Miniflare from npm if it is missing. Returns the reason of a failure, or null. */
export function installMiniflare(): Promise<string | null> {
  return installTool(miniflare);
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Starts Miniflare and resolves when it responds. It ends with this process at the latest. */
export async function startMiniflare(options: MiniflareOptions): Promise<Miniflare> {
  const resolve = createRequire(join(miniflare.folder, "package.json"));
  const { Miniflare: make }: { Miniflare: new (options: MiniflareOptions) => Miniflare } =
    resolve("miniflare");
  const known = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));
  const started = new make(options);
  // Its signal handlers would end this process before it has closed its database.
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal)) if (!known.has(listener)) process.off(signal, listener);
  await started.ready;
  return started;
}
