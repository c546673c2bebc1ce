import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { root } from "../../server/root";

export type CommandResult = { code: number; out: string; error: string };

/** Starts `npm run storage -- …` without npm, with extra environment variables. */
export function spawnStorageCommand(
  args: readonly string[],
  environment: Record<string, string> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ["--import", "tsx", "scripts/storage.ts", ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs the command to its end. */
export async function runStorageCommand(
  ...parameters: Parameters<typeof spawnStorageCommand>
): Promise<CommandResult> {
  const child = spawnStorageCommand(...parameters);
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, out, error };
}
