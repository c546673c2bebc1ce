import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { VercelFunction } from "./output";
import { startFunction, unpackFunction } from "./run-function";

/**
 * Starts a function with its own files and requests each of its routes, which loads every handler
 * and page. Returns the problems: a response 500 or a missing module.
 */
export async function requestEveryRoute(
  vercelFunction: VercelFunction,
  settings: Record<string, string>,
): Promise<string[]> {
  const { folder, remove } = unpackFunction(vercelFunction);
  const running = await startFunction(
    folder,
    settings,
    vercelFunction.routes.includes("/_middleware") ? "web" : "request",
  );
  try {
    const problems: string[] = [];
    for (const route of vercelFunction.routes) {
      const path = route.replace(/^\/(index|_middleware)$/, "/").replace(/\[(?:\.\.\.)?\w+\]/g, "x");
      const { status } = await running.request(path);
      if (status === 500) problems.push(`${route} responds ${status}`);
    }
    const missing = /Cannot find [^\n]*/.exec(running.output());
    return missing ? [...problems, missing[0]] : problems;
  } finally {
    await running.stop();
    remove();
  }
}

/** Starts the decoder program as `lib/inspect/decoder-process.ts` does, and prints its response. */
const RENDER_SCRIPT = `
  const child = require("node:child_process").fork(".decoder/program.mjs", [], {
    serialization: "advanced", env: {}, stdio: ["pipe", "inherit", "inherit", "ipc"],
  });
  const bytes = Buffer.from(process.argv[1], "base64");
  child.once("message", ({ kind, value, reason }) => {
    console.log(JSON.stringify({ kind, type: value?.type, width: value?.width, reason }));
    child.kill();
  });
  const options = { type: "application/pdf", page: 1, width: 200, watermark: { text: "Ada" } };
  child.send({ job: "renderPage", size: bytes.length, options, cpuLimitMs: 60000 });
  child.stdin.write(bytes);`;

/** Renders the first page of a PDF with a watermark, with only the files of a folder. */
export async function renderPdfIn(folder: string, pdf: Buffer): Promise<unknown> {
  const command = ["-e", RENDER_SCRIPT, pdf.toString("base64")];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder, timeout: 60_000 });
  return JSON.parse(stdout);
}
