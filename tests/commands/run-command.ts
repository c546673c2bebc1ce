import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { root } from "../../server/root";

export type CommandResult = { code: number; out: string; error: string };

/** Starts `npm run <command> -- …` without npm, with extra environment variables. */
function spawnCommand(
  command: "storage" | "trail" | "retention",
  args: readonly string[],
  environment: Record<string, string> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ["--import", "tsx", `scripts/${command}.ts`, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Starts `npm run storage -- …`. */
export function spawnStorageCommand(
  args: readonly string[],
  environment?: Record<string, string>,
): ReturnType<typeof spawnCommand> {
  return spawnCommand("storage", args, environment);
}

/** Runs `npm run storage -- …` to its end. */
export function runStorageCommand(
  ...parameters: Parameters<typeof spawnStorageCommand>
): Promise<CommandResult> {
  return readResult(spawnStorageCommand(...parameters));
}

/** Runs `npm run trail -- …` to its end. */
export function runTrailCommand(
  args: readonly string[],
  environment?: Record<string, string>,
): Promise<CommandResult> {
  return readResult(spawnCommand("trail", args, environment));
}

/** Runs `npm run retention -- …` to its end. */
export function runRetentionCommand(...args: string[]): Promise<CommandResult> {
  return readResult(spawnCommand("retention", args));
}

async function readResult(child: ReturnType<typeof spawnCommand>): Promise<CommandResult> {
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, out, error };
}
