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
import { root } from "../root";
import { compilePrograms } from "./programs";
import { filesOfPrograms, filesOfRoutes } from "./trace";

/** Of the build itself what is read while people are served. Static files lie in `.static`, in every encoding. */
const OF_BUILD = ["BUILD_ID", "package.json", "required-server-files.json", "node_modules", "server"];
const NEVER = /\.(map|nft\.json)$/;
/** Traced where a package reads a folder of its own whole, and loaded by nobody. */
const BESIDE = /^node_modules\/.*(\/tests?\/|\.(d\.)?[cm]?tsx?$|\.map$)/;

/**
 * Lays a built application out in a folder: the compiled commands, the build, the published static files, the migrations, and of the
 * packages those files that are loaded. An earlier bundle there is replaced; any other folder that holds something is refused.
 */
export async function layOut(target: string): Promise<{ folder: string; files: number; bytes: number }> {
  const folder = resolve(root, target);
  await makeRoom(folder);
  const programs = await compilePrograms();
  const known = await filesOfRoutes(root);
  const traced = [...known, ...(await filesOfPrograms(root, programs.files, known))];
  const packages = traced.filter((path) => !BESIDE.test(path));
  for (const path of packages) await copy(join(root, path), join(folder, path));
  await cp(programs.folder, join(folder, "bin"), { recursive: true });
  for (const name of await ofBuild()) {
    await cp(join(root, ".next", name), join(folder, ".next", name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !NEVER.test(source),
    });
  }
  // Next looks into it and has to find nothing: the front answers for every file that is published.
  await mkdir(join(folder, ".next/static"), { recursive: true });
  for (const path of [".static", "prisma/migrations", "LICENSE"])
    await cp(join(root, path), join(folder, path), { recursive: true });
  await writeFile(join(folder, "package.json"), await manifest());
  return { folder, ...(await measure(folder)) };
}

async function makeRoom(folder: string): Promise<void> {
  const there = await readdir(folder).catch((): string[] => []);
  if (there.length > 0 && !there.includes("bin"))
    throw new Error(`${folder} holds something else than a bundle.`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

async function ofBuild(): Promise<string[]> {
  const there = await readdir(join(root, ".next"));
  return there.filter((name) => OF_BUILD.includes(name) || /-manifest\.(js|json)$/.test(name));
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const found = await lstat(from);
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (found.isFile()) await copyFile(from, to);
}

/** Tells Node how our files are to be read, and people what this is. */
async function manifest(): Promise<string> {
  const { name, version, license, engines } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return `${JSON.stringify({ name, version, private: true, license, type: "module", engines }, null, 2)}\n`;
}

async function measure(folder: string): Promise<{ files: number; bytes: number }> {
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return { files, bytes };
}
