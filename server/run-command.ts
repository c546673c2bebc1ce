import { type ChildProcess, spawn } from "node:child_process";
import { root } from "./environment";

const runningCommands = new Set<ChildProcess>();

/** Runs a program in this terminal to its end. Throws where it fails. */
export async function runCommand(
  name: string,
  program: string,
  args: string[],
  variables: Record<string, string> = {},
): Promise<void> {
  const child = spawn(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...variables } });
  runningCommands.add(child);
  try {
    const code = await new Promise<number | null>((done, fail) => {
      child.on("error", fail);
      child.on("exit", done);
    });
    if (code !== 0) throw new Error(`${name} failed${code === null ? "" : ` (exit code ${code})`}.`);
  } finally {
    runningCommands.delete(child);
  }
}

/** Ends whatever `run` has started and not finished. */
export function stopRunningCommands(): void {
  for (const child of runningCommands) child.kill("SIGTERM");
}
