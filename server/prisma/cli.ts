import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { root } from "../root";
import { findSchemaEngine } from "./schema-engine";

/** Runs Prisma's CLI to its end and returns what it printed. Throws, with everything it said, where it fails. */
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
  let printed = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  if (code !== 0) throw new Error(`prisma ${args.join(" ")} failed (exit code ${code}).\n${printed}${said}`);
  return printed;
}
