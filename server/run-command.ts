import { type ChildProcess, spawn } from "node:child_process";
import { root } from "./root";

const runningCommands = new Set<ChildProcess>();

/** Runs a program in this terminal and waits for its end. Throws if it fails. */
export async function runCommand(
  name: string,
  program: string,
  args: string[],
  variables: Record<string, string> = {},
): Promise<void> {
  const child = spawn(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...variables } });
  runningCommands.add(child);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", resolve);
    });
    if (code !== 0) throw new Error(`${name} failed${code === null ? "" : ` (exit code ${code})`}.`);
  } finally {
    runningCommands.delete(child);
  }
}

/** Sends SIGTERM to every program that `runCommand` has started and that still runs. */
export function stopRunningCommands(): void {
  for (const child of runningCommands) child.kill("SIGTERM");
}
