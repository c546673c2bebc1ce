import { Worker } from "node:worker_threads";
import { notFoundProblem, Problem } from "../errors";
import { LOCKED_PDF } from "../fields/file-refusals";
import type { Pixels } from "./decoder";

/** The timeout of one file. */
const TIMEOUT_MS = 10_000;
/** An idle thread ends after this time and frees its memory. */
const IDLE_MS = 30_000;
/** WASM memory never shrinks, so a new thread starts after this many files. */
const MAX_FILES_PER_WORKER = 50;

type WorkerRequest = { bytes: Uint8Array; render?: { page: number; width: number } };
type WorkerResponse = {
  pages?: number;
  data?: Uint8Array;
  width?: number;
  height?: number;
  failure?: "locked" | "broken" | "no_page";
  message?: string;
};

/** Counts the pages. Throws `unreadable_file` for a broken or password-protected file. */
export async function countPages(bytes: Uint8Array): Promise<number> {
  const { pages } = await queueRequest({ bytes });
  if (pages === undefined) throw unreadablePdf();
  return pages;
}

/**
 * Renders page `page` (from 1) on white, at most `width` pixels wide. Throws `unreadable_file`, and
 * `not_found` without such a page.
 */
export async function renderPdfPage(
  bytes: Uint8Array,
  page: number,
  width: number,
  timeoutMs = TIMEOUT_MS,
): Promise<Pixels> {
  const image = await queueRequest({ bytes, render: { page, width } }, timeoutMs);
  if (!image.data || !image.width || !image.height) throw unreadablePdf();
  const { buffer, byteOffset, byteLength } = image.data;
  return {
    data: Buffer.from(buffer, byteOffset, byteLength),
    width: image.width,
    height: image.height,
    channels: 4,
  };
}

let workerState: { worker: Worker; requests: number } | undefined;
let idleTimer: NodeJS.Timeout | undefined;
/** The end of the queue. Only one file at a time needs memory. */
let queueEnd: Promise<unknown> = Promise.resolve();

function queueRequest(request: WorkerRequest, timeoutMs = TIMEOUT_MS): Promise<WorkerResponse> {
  const response = queueEnd.then(() => sendRequest(request, timeoutMs));
  queueEnd = response.catch(() => undefined);
  return response;
}

async function sendRequest(request: WorkerRequest, timeoutMs: number): Promise<WorkerResponse> {
  clearTimeout(idleTimer);
  if (workerState && workerState.requests >= MAX_FILES_PER_WORKER) await stopWorker();
  workerState ??= { worker: startWorker(), requests: 0 };
  workerState.requests += 1;
  const response = await waitForResponse(workerState.worker, request, timeoutMs).catch(async (error) => {
    await stopWorker();
    throw unreadablePdf(error);
  });
  idleTimer = setTimeout(stopWorker, IDLE_MS);
  idleTimer.unref();
  if (response.failure === "locked") throw passwordProtectedPdf(response.message);
  if (response.failure === "broken") throw unreadablePdf(response.message);
  if (response.failure === "no_page") throw notFoundProblem();
  return response;
}

function startWorker(): Worker {
  const worker = new Worker(new URL("./pdf-worker.mjs", import.meta.url));
  worker.unref();
  return worker;
}

async function stopWorker(): Promise<void> {
  const ending = workerState?.worker;
  workerState = undefined;
  await ending?.terminate();
}

/** Rejects if the thread fails or times out. */
function waitForResponse(worker: Worker, request: WorkerRequest, timeoutMs: number): Promise<WorkerResponse> {
  return new Promise<WorkerResponse>((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
      finish();
    };
    const onMessage = (response: WorkerResponse) => settle(() => resolve(response));
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error("The thread ended.")));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`The thread timed out after ${timeoutMs} ms.`))),
      timeoutMs,
    );
    worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
    worker.postMessage(request);
  });
}

function passwordProtectedPdf(cause: unknown): Problem {
  return new Problem("unreadable_file", LOCKED_PDF, { cause });
}

function unreadablePdf(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This PDF cannot be opened. It may be incomplete or damaged. Save or scan it again, and upload that.",
    { cause },
  );
}
