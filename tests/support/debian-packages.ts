import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/**
 * Sees to it that these programs are there, from Debian's packages where this process may install them. Returns why not, or null. `name`: what they are
 * together, for people.
 */
export async function installFromDebian(
  name: string,
  programs: readonly string[],
  packages: readonly string[],
): Promise<string | null> {
  if ((await findMissing(programs)).length === 0) return null;
  if ((await findMissing(["apt-get"])).length > 0)
    return `${name} is not installed, and there is no apt-get to install it with`;
  if (process.getuid?.() !== 0)
    return `${name} is not installed (as root: apt-get install ${packages.join(" ")})`;
  try {
    await runApt("update");
    await runApt("install", "-y", "--no-install-recommends", ...packages);
  } catch (error) {
    return `${name}'s packages cannot be installed (${error instanceof Error ? error.message.split("\n")[0] : error})`;
  }
  const left = await findMissing(programs);
  return left.length > 0 ? `${name}'s packages lack ${left.join(", ")}` : null;
}

async function runApt(...parameters: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await promisify(execFile)("apt-get", ["-q", ...parameters], { env, maxBuffer: 64 * 1024 ** 2 });
}

async function findMissing(programs: readonly string[]): Promise<string[]> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"].filter(Boolean);
  const found = await Promise.all(programs.map((program) => isInFolders(folders, program)));
  return programs.filter((_, index) => !found[index]);
}

async function isInFolders(folders: string[], program: string): Promise<boolean> {
  const tries = folders.map((folder) => access(join(folder, program), constants.X_OK));
  return Promise.any(tries).then(
    () => true,
    () => false,
  );
}
