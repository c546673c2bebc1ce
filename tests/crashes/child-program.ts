import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Viewer } from "../../lib/permissions/viewer";
import type { CrashPoint } from "../../lib/crash-points";
import type { OperationName } from "./operations";

/** What a process is to do, and the step at which it is to end itself. */
export type CrashJob = { operation: OperationName; viewer: Viewer; id: string; step: CrashPoint };

/** How a process ended, and what it said. */
export type ProcessResult = { signal: NodeJS.Signals | null; code: number | null; lines: string[]; errors: string };

export type ChildProgram = { start(argument: string): RunningProgram; remove(): Promise<void> };
export type RunningProgram = { child: ChildProcess; result: Promise<ProcessResult> };

const resolveHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * One of the programs beside this file, put into one piece, so that starting it costs a third: it is started hundreds of times. Each process inherits
 * the environment, and so the database and the storages.
 */
export async function bundleProgram(name: "crash-program" | "random-members"): Promise<ChildProgram> {
  const cache = resolveHere("../../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  // Inside the project, so that packages are found from there.
  const folder = await mkdtemp(join(cache, "dossier-kills-"));
  const outfile = join(folder, `${name}.mjs`);
  const options = { bundle: true, platform: "node", format: "esm", packages: "external" } as const;
  await build({ ...options, entryPoints: [resolveHere(`./${name}.ts`)], outfile, logLevel: "warning" });
  // Looked for beside whoever starts it.
  await copyFile(resolveHere("../../lib/inspect/pdf-worker.mjs"), join(dirname(outfile), "pdf-worker.mjs"));
  return {
    start: (argument) => spawnProgram(outfile, argument),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function spawnProgram(file: string, argument: string): RunningProgram {
  const child = spawn(process.execPath, [file, argument], { stdio: ["ignore", "pipe", "pipe"] });
  let [said, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const end = new Promise<ProcessResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      // A line that was cut off was not said.
      const lines = said
        .slice(0, said.lastIndexOf("\n") + 1)
        .split("\n")
        .slice(0, -1);
      resolve({ signal, code, lines, errors });
    });
  });
  return { child, result: end };
}
