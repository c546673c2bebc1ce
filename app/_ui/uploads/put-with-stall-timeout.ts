import { readBytes } from "./sha256";
import type { UploadContext } from "./upload-context";
import type { SignedPut } from "./transport";

/** Nothing leaves any more for so long: the line is dead, whatever the browser says. Milliseconds. */
const STALL_TIMEOUT_MS = 45_000;
/**
 * The same before anything has left. Longer, since a browser opens six connections to a host over all its pages, and tells nobody that a PUT still waits
 * for one of them. Milliseconds.
 */
const FIRST_BYTE_TIMEOUT_MS = 4 * 60_000;

/**
 * A PUT that notices when it has died: the status of the store's answer, 0 for none. Rejects where the signal is aborted, and with `FileChanged`
 * where the file can no longer be read, which a browser tells as if the network had failed.
 */
export async function putWithStallTimeout(
  { transport, wait }: Pick<UploadContext, "transport" | "wait">,
  upload: SignedPut,
  file: Blob,
  { onProgress, signal }: { onProgress: (sent: number) => void; signal: AbortSignal },
): Promise<number> {
  // One for both ends, since `AbortSignal.any` is younger than the browsers we serve.
  const request = new AbortController();
  const over = new AbortController();
  const abort = () => request.abort(signal.reason);
  signal.addEventListener("abort", abort);
  let sent = 0;
  const watchFirst = async () => {
    await wait(FIRST_BYTE_TIMEOUT_MS, over.signal);
    if (sent === 0) request.abort();
  };
  const watch = async () => {
    for (let before = 0; before !== sent; await wait(STALL_TIMEOUT_MS, over.signal)) before = sent;
    request.abort();
  };
  // They reject when the PUT is over, which is how they end.
  watchFirst().catch(() => undefined);
  const hear = (bytes: number) => {
    if (bytes <= sent || over.signal.aborted) return;
    const isFirst = sent === 0;
    // The browser may count what surrounds the body, too.
    sent = Math.min(bytes, file.size);
    if (isFirst) watch().catch(() => undefined);
    onProgress(sent);
  };
  try {
    signal.throwIfAborted();
    const status = await transport.put(upload, file, { onProgress: hear, signal: request.signal });
    if (status === 0) await readBytes(file.slice(0, 1));
    return status;
  } catch (thrown) {
    if (request.signal.aborted && !signal.aborted) return 0;
    throw thrown;
  } finally {
    over.abort();
    signal.removeEventListener("abort", abort);
  }
}
