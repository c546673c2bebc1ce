import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../../server/root";

const SOURCE_FOLDERS = ["app", "lib", "prisma", "public", "scripts", "server"];
const CONFIG_FILES =
  /^(package(-lock)?\.json|tsconfig\.json|vercel\.json|proxy\.ts|instrumentation.*\.ts|.+\.config\.(js|mjs|ts)|\..+\.mjs)$/;

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/**
 * Copies what Vercel has when it builds: the sources and the packages of `npm ci --omit=dev`. The
 * build writes into the copy. `remove` deletes it.
 */
export function copyProject(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "dossier-vercel-"));
  for (const name of SOURCE_FOLDERS)
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/\.test\.tsx?$|\/lib\/db\/generated$/.test(path),
    });
  for (const name of readdirSync(root).filter((name) => CONFIG_FILES.test(name)))
    copyFileSync(join(root, name), join(folder, name));
  for (const path of productionPackages()) linkPackage(join(root, path), join(folder, path));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Lists the paths of all packages that are not for development. */
function productionPackages(): string[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
  return Object.entries(packages).flatMap(([path, { dev }]) => (path === "" || dev ? [] : [path]));
}

/** Copies a package as hard links if possible, because the build writes into no package. */
function linkPackage(from: string, to: string): void {
  const entries = readFolderIfExists(from);
  if (entries.length === 0) return;
  mkdirSync(to, { recursive: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // The lockfile lists nested packages separately.
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules") linkPackage(source, target);
    } else if (entry.isFile()) linkFile(source, target);
  }
}

function readFolderIfExists(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // The package is optional and for another platform.
  }
}

export function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

/** Changes a JSON file. */
export function editJson(file: string, change: (value: Record<string, unknown>) => void): void {
  const value = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
  change(value);
  writeFileSync(file, JSON.stringify(value, null, 2));
}
