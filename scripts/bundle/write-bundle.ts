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
import { DECODER_FOLDER } from "../../server/compile-decoder.mjs";
import { root } from "../../server/root";
import { compileCommands } from "./compile-commands";
import { readRouteFiles, traceCommandFiles } from "./trace-packages";

/** The parts of the build that the server reads. Static files are in `.static` instead. */
const BUILD_FILES = ["BUILD_ID", "package.json", "required-server-files.json", "node_modules", "server"];
const EXCLUDED_BUILD_FILES = /\.(map|nft\.json)$/;
/** Files that no code loads. The tracer includes them if a package reads a complete folder. */
const UNUSED_PACKAGE_FILES = /^node_modules\/.*(\/tests?\/|\.(d\.)?[cm]?tsx?$|\.map$)/;

/**
 * Writes a built application to a folder: the compiled commands, the build, the published static
 * files, the migrations, and the package files that they load. Replaces an earlier bundle. Throws
 * if the folder contains anything else.
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
  // Next needs this folder. It is empty because the HTTP server serves the published files.
  await mkdir(join(folder, ".next/static"), { recursive: true });
  for (const path of [".static", DECODER_FOLDER, "prisma/migrations", "LICENSE"])
    await cp(join(root, path), join(folder, path), { recursive: true });
  await writeFile(join(folder, "package.json"), await createPackageJson());
  return { folder, ...(await measureFolder(folder)) };
}

async function prepareFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.length > 0 && !names.includes("bin"))
    throw new Error(`${folder} is not empty and is no bundle. Choose another folder.`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

async function listBuildFiles(): Promise<string[]> {
  const names = await readdir(join(root, ".next"));
  return names.filter((name) => BUILD_FILES.includes(name) || /-manifest\.(js|json)$/.test(name));
}

async function copyEntry(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const found = await lstat(from);
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (found.isFile()) await copyFile(from, to);
}

/** Creates the package.json that makes Node read the files as modules and names the version. */
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
