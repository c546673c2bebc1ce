import { setPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { Problem } from "../errors";
import { DECODER_JOBS, type DecoderJobName } from "./decoder-jobs";
import type { DecoderRequest, DecoderResponse } from "./decoder-messages";
import { PdfMemoryError } from "./pdfium";
import { createWatchState, startJobWatch, stopJobWatch } from "./watch-state";

// The program of a decoder process, which `server/compile-decoder.mjs` compiles and
// `decoder-process.ts` starts. It runs one job at a time.

/** Neither WASM nor the C library gives memory back. */
const MAX_IDLE_RSS_BYTES = 256 * 1024 * 1024;
/** Between normal (0) and the lowest (19). */
const LOW_PRIORITY = 5;

// The server must respond while a file keeps this process busy.
setPriority(LOW_PRIORITY);
const watchState = createWatchState();
new Worker(new URL("./watchdog.mjs", import.meta.url), { workerData: watchState }).unref();

process.on("message", async (request: DecoderRequest) => {
  const bytes = await readInput(request.size);
  startJobWatch(watchState, request.cpuLimitMs);
  const response = await runJob(request, bytes);
  stopJobWatch(watchState);
  process.send?.({ ...response, isLast: process.memoryUsage.rss() > MAX_IDLE_RSS_BYTES });
});
// The server has ended.
process.on("disconnect", () => process.exit());

async function runJob({ job, options, cpuLimitMs }: DecoderRequest, bytes: Buffer): Promise<DecoderResponse> {
  type Job = (bytes: Buffer, options: never, onStep: () => void) => Promise<unknown>;
  const run: Job = DECODER_JOBS[job as DecoderJobName];
  const restartWatch = () => startJobWatch(watchState, cpuLimitMs);
  try {
    return { kind: "result", value: await run(bytes, options as never, restartWatch) };
  } catch (error) {
    if (error instanceof Problem) return { kind: "refused", code: error.code, detail: error.detail };
    if (error instanceof PdfMemoryError) return { kind: "limit", limit: "memory" };
    return { kind: "failed", reason: String(error) };
  }
}

/** Reads the bytes that follow a request. */
function readInput(size: number): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  const { stdin } = process;
  const take = (chunk: Buffer) => {
    filled += chunk.copy(bytes, filled);
    if (filled < size) return;
    stdin.off("data", take).pause();
    resolve(bytes);
  };
  if (size === 0) resolve(bytes);
  else stdin.on("data", take).resume();
  return promise;
}
