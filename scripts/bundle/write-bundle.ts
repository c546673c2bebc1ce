import {
  copyFile,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { root } from "../../server/root";
import { compileCommands } from "./compile-commands";
import { readRouteFiles, traceCommandFiles } from "./trace-packages";

/** Of the build itself what is read while people are served. Static files lie in `.static`, in every encoding. */
const BUILD_FILES = ["BUILD_ID", "package.json", "required-server-files.json", "node_modules", "server"];
const EXCLUDED_BUILD_FILES = /\.(map|nft\.json)$/;
/** Traced where a package reads a folder of its own whole, and loaded by nobody. */
const UNUSED_PACKAGE_FILES = /^node_modules\/.*(\/tests?\/|\.(d\.)?[cm]?tsx?$|\.map$)/;

/**
 * Lays a built application out in a folder: the compiled commands, the build, the published static files, the migrations, and of the
 * packages those files that are loaded. An earlier bundle there is replaced; any other folder that holds something is refused.
 */
export async function writeBundle(target: string): Promise<{ folder: string; files: number; bytes: number }> {
  const folder = resolve(root, target);
  await prepareFolder(folder);
  const programs = await compileCommands();
  const known = await readRouteFiles(root);
  const traced = [...known, ...(await traceCommandFiles(root, programs.files, known))];
  const packages = traced.filter((path) => !UNUSED_PACKAGE_FILES.test(path));
  for (const path of packages) await copyEntry(join(root, path), join(folder, path));
  await cp(programs.folder, join(folder, "bin"), { recursive: true });
  for (const name of await listBuildFiles()) {
    await cp(join(root, ".next", name), join(folder, ".next", name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !EXCLUDED_BUILD_FILES.test(source),
    });
  }
  // Next looks into it and has to find nothing: the front answers for every file that is published.
  await mkdir(join(folder, ".next/static"), { recursive: true });
  for (const path of [".static", "prisma/migrations", "LICENSE"])
    await cp(join(root, path), join(folder, path), { recursive: true });
  await writeFile(join(folder, "package.json"), await createPackageJson());
  return { folder, ...(await measureFolder(folder)) };
}

async function prepareFolder(folder: string): Promise<void> {
  const there = await readdir(folder).catch((): string[] => []);
  if (there.length > 0 && !there.includes("bin"))
    throw new Error(`${folder} holds something else than a bundle.`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

async function listBuildFiles(): Promise<string[]> {
  const there = await readdir(join(root, ".next"));
  return there.filter((name) => BUILD_FILES.includes(name) || /-manifest\.(js|json)$/.test(name));
}

async function copyEntry(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const found = await lstat(from);
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (found.isFile()) await copyFile(from, to);
}

/** Tells Node how our files are to be read, and people what this is. */
async function createPackageJson(): Promise<string> {
  const { name, version, license, engines } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return `${JSON.stringify({ name, version, private: true, license, type: "module", engines }, null, 2)}\n`;
}

async function measureFolder(folder: string): Promise<{ files: number; bytes: number }> {
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return { files, bytes };
}
