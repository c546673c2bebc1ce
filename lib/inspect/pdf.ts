import { Worker } from "node:worker_threads";
import { notFoundProblem, Problem } from "../errors";
import type { Pixels } from "./decoder";

/** Milliseconds that one file may keep PDFium busy. */
const TIMEOUT_MS = 10_000;
/** Milliseconds after which an idle thread, and the memory that it holds, is given back. */
const IDLE_MS = 30_000;
/** Files after which the thread is renewed: WASM memory grows and never shrinks. */
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

/** Number of pages. Fails with `unreadable_file` where the file is broken or asks for a password. */
export async function countPages(bytes: Uint8Array): Promise<number> {
  const { pages } = await queueRequest({ bytes });
  if (pages === undefined) throw unreadablePdf();
  return pages;
}

/**
 * Page `page` (from 1) on white, `width` pixels wide where that is not too many. Fails with `unreadable_file`, and with `not_found` where there
 * is no such page. `patience` is in milliseconds.
 */
export async function renderPdfPage(
  bytes: Uint8Array,
  page: number,
  width: number,
  patience = TIMEOUT_MS,
): Promise<Pixels> {
  const drawn = await queueRequest({ bytes, render: { page, width } }, patience);
  if (!drawn.data || !drawn.width || !drawn.height) throw unreadablePdf();
  const { buffer, byteOffset, byteLength } = drawn.data;
  return {
    data: Buffer.from(buffer, byteOffset, byteLength),
    width: drawn.width,
    height: drawn.height,
    channels: 4,
  };
}

let workerState: { worker: Worker; asked: number } | undefined;
let idleTimer: NodeJS.Timeout | undefined;
/** The end of the queue: one file at a time, so that the memory taken is that of one. */
let queueEnd: Promise<unknown> = Promise.resolve();

function queueRequest(question: WorkerRequest, patience = TIMEOUT_MS): Promise<WorkerResponse> {
  const answer = queueEnd.then(() => sendRequest(question, patience));
  queueEnd = answer.catch(() => undefined);
  return answer;
}

async function sendRequest(question: WorkerRequest, patience: number): Promise<WorkerResponse> {
  clearTimeout(idleTimer);
  if (workerState && workerState.asked >= MAX_FILES_PER_WORKER) await stopWorker();
  workerState ??= { worker: startWorker(), asked: 0 };
  workerState.asked += 1;
  const answer = await waitForResponse(workerState.worker, question, patience).catch(async (cause) => {
    await stopWorker();
    throw unreadablePdf(cause);
  });
  idleTimer = setTimeout(stopWorker, IDLE_MS);
  idleTimer.unref();
  if (answer.failure === "locked") throw passwordProtectedPdf(answer.message);
  if (answer.failure === "broken") throw unreadablePdf(answer.message);
  if (answer.failure === "no_page") throw notFoundProblem();
  return answer;
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

/** Rejects where the thread fails, or says nothing in time. */
function waitForResponse(worker: Worker, question: WorkerRequest, patience: number): Promise<WorkerResponse> {
  return new Promise<WorkerResponse>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
      act();
    };
    const onMessage = (answer: WorkerResponse) => settle(() => resolve(answer));
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error("The thread ended")));
    const timer = setTimeout(() => settle(() => reject(new Error(`No answer in ${patience} ms`))), patience);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
    worker.postMessage(question);
  });
}

function passwordProtectedPdf(cause: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This PDF is locked with a password, so nobody here could read it. Save a copy without the password, and send that.",
    { cause },
  );
}

function unreadablePdf(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This PDF cannot be opened; part of it may be missing or damaged. Save or scan it once more, and send that.",
    { cause },
  );
}
