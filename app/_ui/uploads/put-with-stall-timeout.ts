import { readBytes } from "./sha256";
import type { SignedPut } from "./transport";
import type { UploadContext } from "./upload-context";

/** The PUT has failed if no byte leaves for this time. Milliseconds. */
const STALL_TIMEOUT_MS = 45_000;
/**
 * The timeout before the first byte. It is longer because a browser opens six connections to a
 * host, over all tabs. It does not report a PUT that waits for one of them. Milliseconds.
 */
const FIRST_BYTE_TIMEOUT_MS = 4 * 60_000;

/**
 * Sends one PUT and aborts it if it stalls. Returns the store's status, or 0 without a response.
 * Rejects if the signal is aborted. Rejects with `FileChangedError` if the file cannot be read,
 * because a browser reports that as a network failure.
 */
export async function putWithStallTimeout(
  { transport, wait }: Pick<UploadContext, "transport" | "wait">,
  upload: SignedPut,
  file: Blob,
  { onProgress, signal }: { onProgress: (sent: number) => void; signal: AbortSignal },
): Promise<number> {
  // Not `AbortSignal.any`: some browsers that we support lack it.
  const request = new AbortController();
  const finished = new AbortController();
  const abort = () => request.abort(signal.reason);
  signal.addEventListener("abort", abort);
  let sent = 0;
  const watchFirstByte = async () => {
    await wait(FIRST_BYTE_TIMEOUT_MS, finished.signal);
    if (sent === 0) request.abort();
  };
  const watchProgress = async () => {
    for (let before = 0; before !== sent; await wait(STALL_TIMEOUT_MS, finished.signal)) before = sent;
    request.abort();
  };
  // Both watchers end by rejection when the PUT has finished.
  watchFirstByte().catch(() => undefined);
  const onBytesSent = (bytes: number) => {
    if (bytes <= sent || finished.signal.aborted) return;
    const isFirst = sent === 0;
    // The browser may also count the bytes around the body.
    sent = Math.min(bytes, file.size);
    if (isFirst) watchProgress().catch(() => undefined);
    onProgress(sent);
  };
  try {
    signal.throwIfAborted();
    const status = await transport.put(upload, file, { onProgress: onBytesSent, signal: request.signal });
    if (status === 0) await readBytes(file.slice(0, 1));
    return status;
  } catch (error) {
    if (request.signal.aborted && !signal.aborted) return 0;
    throw error;
  } finally {
    finished.abort();
    signal.removeEventListener("abort", abort);
  }
}
