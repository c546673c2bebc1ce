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

/** Uses what the functions for documents need: a worker thread with PDFium, sharp, and fonts. */
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

/** Renders the first page of a PDF and text in each font, with only the files of a folder. */
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
