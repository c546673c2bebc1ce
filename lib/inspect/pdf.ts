import { Worker } from "node:worker_threads";
import { notFound, Problem } from "../errors";
import type { Pixels } from "./decoder";

/** Milliseconds that one file may keep PDFium busy. */
const PATIENCE = 10_000;
/** Milliseconds after which an idle thread, and the memory that it holds, is given back. */
const IDLE = 30_000;
/** Files after which the thread is renewed: WASM memory grows and never shrinks. */
const LIFE = 50;

type Ask = { bytes: Uint8Array; render?: { page: number; width: number } };
type Answer = {
  pages?: number;
  data?: Uint8Array;
  width?: number;
  height?: number;
  failure?: "locked" | "broken" | "no_page";
  message?: string;
};

/** Number of pages. Fails with `unreadable_file` where the file is broken or asks for a password. */
export async function countPages(bytes: Uint8Array): Promise<number> {
  const { pages } = await ask({ bytes });
  if (pages === undefined) throw broken();
  return pages;
}

/**
 * Page `page` (from 1) on white, `width` pixels wide where that is not too many. Fails with `unreadable_file`, and with `not_found` where there
 * is no such page. `patience` is in milliseconds.
 */
export async function drawPage(
  bytes: Uint8Array,
  page: number,
  width: number,
  patience = PATIENCE,
): Promise<Pixels> {
  const drawn = await ask({ bytes, render: { page, width } }, patience);
  if (!drawn.data || !drawn.width || !drawn.height) throw broken();
  const { buffer, byteOffset, byteLength } = drawn.data;
  return {
    data: Buffer.from(buffer, byteOffset, byteLength),
    width: drawn.width,
    height: drawn.height,
    channels: 4,
  };
}

let thread: { worker: Worker; asked: number } | undefined;
let idle: NodeJS.Timeout | undefined;
/** The end of the queue: one file at a time, so that the memory taken is that of one. */
let last: Promise<unknown> = Promise.resolve();

function ask(question: Ask, patience = PATIENCE): Promise<Answer> {
  const answer = last.then(() => askNow(question, patience));
  last = answer.catch(() => undefined);
  return answer;
}

async function askNow(question: Ask, patience: number): Promise<Answer> {
  clearTimeout(idle);
  if (thread && thread.asked >= LIFE) await end();
  thread ??= { worker: start(), asked: 0 };
  thread.asked += 1;
  const answer = await reply(thread.worker, question, patience).catch(async (cause) => {
    await end();
    throw broken(cause);
  });
  idle = setTimeout(end, IDLE);
  idle.unref();
  if (answer.failure === "locked") throw locked(answer.message);
  if (answer.failure === "broken") throw broken(answer.message);
  if (answer.failure === "no_page") throw notFound();
  return answer;
}

function start(): Worker {
  const worker = new Worker(new URL("./pdf-worker.mjs", import.meta.url));
  worker.unref();
  return worker;
}

async function end(): Promise<void> {
  const ending = thread?.worker;
  thread = undefined;
  await ending?.terminate();
}

/** Rejects where the thread fails, or says nothing in time. */
function reply(worker: Worker, question: Ask, patience: number): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
      act();
    };
    const onMessage = (answer: Answer) => settle(() => resolve(answer));
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error("The thread ended")));
    const timer = setTimeout(() => settle(() => reject(new Error(`No answer in ${patience} ms`))), patience);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
    worker.postMessage(question);
  });
}

function locked(cause: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This PDF is locked with a password, so nobody here could read it. Save a copy without the password, and send that.",
    { cause },
  );
}

function broken(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This PDF cannot be opened; part of it may be missing or damaged. Save or scan it once more, and send that.",
    { cause },
  );
}
