import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

/** Its packages name each other by exact versions: this number says what is installed. */
const VERSION = "4.20260730.0";

/** Of Miniflare's own interface what is used here. */
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

/** Outside every clone: 174 MB that nobody's `npm ci` should bring for one suite. `MINIFLARE_FOLDER` moves it. */
export function miniflareFolder(env: Record<string, string | undefined> = process.env): string {
  return env.MINIFLARE_FOLDER || join(tmpdir(), `dossier-miniflare-${process.getuid?.() ?? 0}-${VERSION}`);
}

export function hasMiniflare(): boolean {
  return existsSync(join(miniflareFolder(), "node_modules", "miniflare", "package.json"));
}

/** Sees to it that Miniflare is there, from npm. Returns why not, or null. */
export async function installMiniflare(): Promise<string | null> {
  if (hasMiniflare()) return null;
  const folder = miniflareFolder();
  // Made beside its place and then moved: what is there is whole, also when two install at once.
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writeFile(join(draft, "package.json"), "{}\n");
    const options = ["--prefix", draft, "--no-audit", "--no-fund", "--ignore-scripts"];
    await npm(["install", ...options, `miniflare@${VERSION}`]);
    await rename(draft, folder).catch((error: unknown) => {
      if (!hasMiniflare()) throw error;
    });
    return null;
  } catch (error) {
    return `Miniflare cannot be installed (${error instanceof Error ? error.message.split("\n")[0] : error})`;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Starts it; resolves once it answers. */
export async function openMiniflare(options: MiniflareOptions): Promise<Miniflare> {
  const resolve = createRequire(join(miniflareFolder(), "package.json"));
  const { Miniflare: make }: { Miniflare: new (options: MiniflareOptions) => Miniflare } =
    resolve("miniflare");
  const miniflare = new make(options);
  await miniflare.ready;
  return miniflare;
}

async function npm(parameters: string[]): Promise<void> {
  const cli = process.env.npm_execpath;
  const [program, ...first] = cli && basename(cli) === "npm-cli.js" ? [process.execPath, cli] : ["npm"];
  // What npm hands to its scripts would otherwise be taken for settings of this call, the folder among them.
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (/^npm_(package|lifecycle|config_(local_)?prefix)/.test(name)) delete env[name];
  await promisify(execFile)(program ?? "npm", [...first, ...parameters], {
    env,
    timeout: 300_000,
    maxBuffer: 64 * 1024 ** 2,
  });
}
