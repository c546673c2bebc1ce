import { spawn } from "node:child_process";
import { root } from "../../server/root";

/**
 * Runs a Node program of node_modules with this terminal. Resolves to its exit code. A signal ends
 * it and rejects, so that no later step starts.
 */
export function runProgram(args: readonly string[], variables: Record<string, string> = {}): Promise<number> {
  return run(args, variables, "inherit").then(({ code }) => code);
}

/** Runs a Node program and keeps what it prints. Throws with its output if it fails. */
export async function requireSuccess(...args: readonly string[]): Promise<void> {
  const { code, output } = await run(args, {}, "pipe");
  if (code !== 0) throw new Error(`${output}\nexit code ${code}`);
}

function run(args: readonly string[], variables: Record<string, string>, output: "inherit" | "pipe") {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...variables },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => printed.push(String(text)));
  let isInterrupted = false;
  const stop = () => {
    isInterrupted = true;
    child.kill("SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  return new Promise<{ code: number; output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
      if (isInterrupted) reject(new Error("The run was interrupted."));
      else resolve({ code: code ?? 1, output: printed.join("") });
    });
  });
}
