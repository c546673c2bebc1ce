import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { VercelFunction } from "./output";
import { startFunction, unpackFunction } from "./run-function";

/**
 * Starts a function with its own files and asks for every address it answers, so that each handler and page is loaded. Returns what was wrong: an
 * answer 500, or a module that is not there.
 */
export async function requestEveryRoute(
  each: VercelFunction,
  settings: Record<string, string>,
): Promise<string[]> {
  const { folder, remove } = unpackFunction(each);
  const running = await startFunction(
    folder,
    settings,
    each.routes.includes("/_middleware") ? "web" : "request",
  );
  try {
    const wrong: string[] = [];
    for (const route of each.routes) {
      const path = route.replace(/^\/(index|_middleware)$/, "/").replace(/\[(?:\.\.\.)?\w+\]/g, "x");
      const { status } = await running.request(path);
      if (status === 500) wrong.push(`${route} answers ${status}`);
    }
    const missing = /Cannot find [^\n]*/.exec(running.output());
    return missing ? [...wrong, missing[0]] : wrong;
  } finally {
    await running.stop();
    remove();
  }
}

/** What the functions for documents need beside their code: a thread with PDFium, sharp, and fonts. */
const RENDER_SCRIPT = `
  const { readdirSync } = require("node:fs");
  const { join } = require("node:path");
  const { Worker } = require("node:worker_threads");
  const sharp = require("sharp");
  const assets = join(process.cwd(), ".next/server/assets");
  const worker = new Worker(join(assets, readdirSync(assets).find((name) => name.startsWith("pdf-worker"))));
  worker.once("message", async ({ pages, data, width, height }) => {
    const { format } = await sharp(await sharp(data, { raw: { width, height, channels: 4 } }).webp().toBuffer()).metadata();
    const fonts = process.argv.slice(2).map((fontfile) => sharp({ text: { text: "x", fontfile, font: "x" } }).raw().toBuffer());
    await Promise.all(fonts);
    console.log(JSON.stringify({ pages, format, fonts: fonts.length }));
    process.exit(0);
  });
  worker.postMessage({ bytes: Buffer.from(process.argv[1], "base64"), render: { page: 1, width: 200 } });`;

/** Draws the first page of a PDF, and letters, with nothing but what lies in this folder. */
export async function renderPdfIn(folder: string, pdf: Buffer, fonts: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-e", RENDER_SCRIPT, pdf.toString("base64"), ...fonts],
    {
      cwd: folder,
      timeout: 60_000,
    },
  );
  return JSON.parse(stdout);
}
