import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { root } from "../root";
import { findSchemaEngine } from "./schema-engine";

/** Runs Prisma's CLI and returns its stdout. If it fails, throws an error with its whole output. */
export async function runPrisma(args: string[], databaseUrl: string): Promise<string> {
  const engine = await findSchemaEngine();
  const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ...(engine ? { PRISMA_SCHEMA_ENGINE_BINARY: engine } : {}),
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      NO_COLOR: "1",
    },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`prisma ${args.join(" ")} failed (exit code ${code}).\n${stdout}${stderr}`);
  return stdout;
}
