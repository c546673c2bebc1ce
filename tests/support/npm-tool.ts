import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

/** A package that only one test suite needs, and that is too large for `npm ci`. */
export type NpmTool = { name: string; version: string; folder: string };

/** Chooses a folder outside the clone, per version and account, or `<NAME>_FOLDER`. */
export function describeNpmTool(name: string, version: string, env = process.env): NpmTool {
  const folder = env[`${name.toUpperCase()}_FOLDER`];
  return {
    name,
    version,
    folder: folder || join(tmpdir(), `dossier-${name}-${process.getuid?.() ?? 0}-${version}`),
  };
}

export function isInstalled({ name, folder }: NpmTool): boolean {
  return existsSync(join(folder, "node_modules", name, "package.json"));
}

/** Installs the package. Returns why that is impossible, or null. */
export async function installTool(tool: NpmTool): Promise<string | null> {
  if (isInstalled(tool)) return null;
  const { name, version, folder } = tool;
  // Installs next to the folder, then renames: concurrent installations leave it complete.
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writeFile(join(draft, "package.json"), "{}\n");
    const options = ["--prefix", draft, "--no-audit", "--no-fund", "--ignore-scripts"];
    await runNpm(["install", ...options, `${name}@${version}`]);
    await rename(draft, folder).catch((error: unknown) => {
      if (!isInstalled(tool)) throw error;
    });
    return null;
  } catch (error) {
    return `${name} cannot be installed (${error instanceof Error ? error.message.split("\n")[0] : error})`;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runNpm(args: string[]): Promise<void> {
  const cli = process.env.npm_execpath;
  const [program, ...cliArgs] = cli && basename(cli) === "npm-cli.js" ? [process.execPath, cli] : ["npm"];
  // npm would take the variables that it sets for scripts as settings of this call.
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (/^npm_(package|lifecycle|config_(local_)?prefix)/.test(name)) delete env[name];
  await promisify(execFile)(program ?? "npm", [...cliArgs, ...args], {
    env,
    timeout: 300_000,
    maxBuffer: 64 * 1024 ** 2,
  });
}
