import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

/**
 * Installs Debian's packages unless the programs exist. Returns why that is impossible, or null.
 * `name` is the product in that message. `programs` are names in PATH or absolute paths of files.
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
  const missing = await findMissing(programs);
  return missing.length > 0 ? `${name}'s packages do not contain ${missing.join(", ")}` : null;
}

async function runApt(...args: string[]): Promise<void> {
  // With RUNLEVEL 1 a package starts no service, as nginx would on port 80.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  await promisify(execFile)("apt-get", ["-q", ...args], { env, maxBuffer: 64 * 1024 ** 2 });
}

async function findMissing(programs: readonly string[]): Promise<string[]> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"].filter(Boolean);
  const found = await Promise.all(
    programs.map((program) =>
      isAbsolute(program)
        ? isAnyAccessible([program], constants.R_OK)
        : isAnyAccessible(
            folders.map((folder) => join(folder, program)),
            constants.X_OK,
          ),
    ),
  );
  return programs.filter((_, index) => !found[index]);
}

async function isAnyAccessible(paths: string[], mode: number): Promise<boolean> {
  return Promise.any(paths.map((path) => access(path, mode))).then(
    () => true,
    () => false,
  );
}
