import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import type { DecoderLimit } from "./decoder-messages";
import { isOutOfTime, type WatchState } from "./watch-state";

// A thread of a decoder process. A file may keep the main thread busy for ever and make libvips or
// PDFium take any amount of memory, so another thread ends the process.

/**
 * Of the whole process: Node, libvips and PDFium. A WASM maximum of 512 MiB and an accepted picture
 * of 64 megapixels stay below it.
 */
const MAX_RSS_BYTES = 900 * 1024 * 1024;
const INTERVAL_MS = 25;
const STDOUT = 1;

const state: WatchState = workerData;
const parent = process.ppid;

setInterval(() => {
  // The main thread may be too busy to notice that the server has ended.
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  if (process.memoryUsage.rss() > MAX_RSS_BYTES) endProcess("memory");
  if (isOutOfTime(state)) endProcess("time");
}, INTERVAL_MS);

/** Says why on standard output, and ends the process at once. */
function endProcess(limit: DecoderLimit): void {
  writeSync(STDOUT, limit);
  process.kill(process.pid, "SIGKILL");
}
