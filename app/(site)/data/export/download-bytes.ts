import { callApi } from "@/app/_ui/call-api";
import { isTransient, MAX_TRIES, retryDelayOf } from "@/app/_ui/uploads/retry-policy";
import type { UploadContext } from "@/app/_ui/uploads/upload-context";

/** What a download needs from the browser. Tests pass fakes. */
export type DownloadContext = Pick<UploadContext, "wait" | "network" | "random"> & {
  fetch: typeof fetch;
};

/** Why no byte arrives at the moment. */
export type DownloadStall = "offline" | "retrying" | "signed-out";

export type DownloadOptions = {
  signal: AbortSignal;
  onStall: (stall: DownloadStall | undefined) => void;
};

/** The bytes of one file cannot be had. The export goes on without it. */
export class FileMissingError extends Error {
  override readonly name = "FileMissingError";
}
/** The export cannot go on. The message says why and what to do. */
export class ExportStoppedError extends Error {
  override readonly name = "ExportStoppedError";
}

/** A connection has failed if no byte arrives for this time. Milliseconds. */
const STALL_TIMEOUT_MS = 30_000;

/**
 * Yields the bytes of a file of this size. After a cut it goes on at the byte where it stopped,
 * with growing pauses and without a limit of time. Offline it waits. Errors: FileMissingError,
 * ExportStoppedError, or the reason of the signal.
 */
export async function* downloadBytes(
  context: DownloadContext,
  { url, size }: { url: string; size: number },
  { signal, onStall }: DownloadOptions,
): AsyncGenerator<Uint8Array> {
  for (let [received, attempts] = [0, 1]; received < size; attempts += 1) {
    const request = new AbortController();
    const abort = () => request.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener("abort", abort);
    let stall: DownloadStall | undefined = "retrying";
    try {
      const response = await within(request, () =>
        context.fetch(url, {
          headers: received > 0 ? { range: `bytes=${received}-` } : {},
          cache: "no-store",
          signal: request.signal,
        }),
      );
      stall = response.ok ? stall : stallOf(response, attempts);
      const chunks = response.ok ? readChunks(request, response) : [];
      // A server that ignores the range sends the file from its start.
      let ignored = response.status === 206 ? 0 : received;
      for await (const chunk of chunks) {
        const bytes = chunk.subarray(ignored, ignored + size - received);
        ignored = Math.max(0, ignored - chunk.length);
        if (bytes.length === 0) continue;
        received += bytes.length;
        attempts = 0;
        onStall(undefined);
        yield bytes;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FileMissingError || error instanceof ExportStoppedError) throw error;
      // Otherwise the network failed, and the next turn goes on.
    } finally {
      signal.removeEventListener("abort", abort);
      request.abort();
    }
    if (received < size) attempts = await pause(context, { attempts, stall, signal, onStall });
  }
}

/** Reads what is held about the person. Waits as `downloadBytes` does. */
export async function downloadExport<Export>(
  context: DownloadContext,
  { signal, onStall }: DownloadOptions,
): Promise<Export> {
  for (let attempts = 1; ; attempts += 1) {
    // A response that breaks off counts as none.
    const response = await callApi("GET", "/api/account/export", { signal });
    if (response.status === 200) return response.body as Export;
    const stall = response.status === 401 ? "signed-out" : "retrying";
    if (stall === "retrying" && !isTransient(response)) throw new ExportStoppedError(STOPPED);
    attempts = await pause(context, { attempts, stall, signal, onStall });
  }
}

const STOPPED = "We cannot give you your data at the moment. Try again later.";
const OTHER_PERSON =
  "Another person is signed in by now, or your account has changed. Nothing of them is in your download. Sign in again and start anew.";

/** Says how to go on after a response without bytes, or throws why that is not possible. */
function stallOf({ status, redirected }: Response, attempts: number): DownloadStall {
  if (isTransient({ status, body: null })) return "retrying";
  if (redirected) {
    // The store: a URL lives for seconds, so another one may work.
    if (attempts >= MAX_TRIES) throw new FileMissingError();
    return "retrying";
  }
  if (status === 401) return "signed-out";
  if (status === 410) throw new FileMissingError();
  throw new ExportStoppedError(status === 404 ? OTHER_PERSON : STOPPED);
}

/** Waits before the next attempt. Returns the number of attempts so far. */
async function pause(
  { network, wait, random }: DownloadContext,
  { attempts, stall, signal, onStall }: DownloadOptions & { attempts: number; stall: DownloadStall },
): Promise<number> {
  if (!network.isOnline()) {
    onStall("offline");
    await network.waitUntilOnline(signal);
    return 0;
  }
  onStall(stall);
  await wait(retryDelayOf(Math.max(1, attempts), random), signal);
  return attempts;
}

async function* readChunks(request: AbortController, response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    const result = await within(request, async () => reader?.read());
    if (!result || result.done) return;
    yield result.value;
  }
}

/** Aborts the request if this takes too long. The disk of the person may be as slow as it is. */
async function within<T>(request: AbortController, run: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => request.abort(), STALL_TIMEOUT_MS);
  try {
    return await run();
  } finally {
    clearTimeout(timer);
  }
}
