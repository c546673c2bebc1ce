import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { CrashPoint } from "../../lib/crash-points";
import type { Viewer } from "../../lib/permissions/viewer";
import type { OperationName } from "./operations";

/** The operation of a child process, and the crash point at which it kills itself. */
export type CrashJob = { operation: OperationName; viewer: Viewer; id: string; crashPoint: CrashPoint };

/** How a process ended, and its output. */
export type ProcessResult = {
  signal: NodeJS.Signals | null;
  code: number | null;
  lines: string[];
  errors: string;
};

export type ChildProgram = { start(argument: string): RunningProgram; remove(): Promise<void> };
export type RunningProgram = { child: ChildProcess; result: Promise<ProcessResult> };

const resolveHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Bundles one of the programs in this folder: a bundle starts three times as fast, and a test
 * starts hundreds of processes. Each process inherits the environment, and with it database and
 * storages.
 */
export async function bundleProgram(name: "crash-program" | "random-members"): Promise<ChildProgram> {
  const cache = resolveHere("../../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  // Inside the project, so that the bundle finds its packages.
  const folder = await mkdtemp(join(cache, "dossier-crashes-"));
  const outfile = join(folder, `${name}.mjs`);
  const options = { bundle: true, platform: "node", format: "esm", packages: "external" } as const;
  await build({ ...options, entryPoints: [resolveHere(`./${name}.ts`)], outfile, logLevel: "warning" });
  return {
    start: (argument) => spawnProgram(outfile, argument),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function spawnProgram(file: string, argument: string): RunningProgram {
  const child = spawn(process.execPath, [file, argument], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const result = new Promise<ProcessResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      // Ignore an incomplete last line.
      const lines = output
        .slice(0, output.lastIndexOf("\n") + 1)
        .split("\n")
        .slice(0, -1);
      resolve({ signal, code, lines, errors });
    });
  });
  return { child, result };
}
