import { bytesOf } from "./sha256";
import type { Tools } from "./tools";
import type { SignedPut } from "./transport";

/** Nothing leaves for so long: the line is dead, whatever the browser says. Milliseconds. */
const SILENCE = 45_000;

/**
 * A PUT that notices when it has died: the status of the store's answer, 0 for none. Rejects where the signal is aborted, and with `FileChanged`
 * where the file can no longer be read, which a browser tells as if the network had failed.
 */
export async function watchedPut(
  { transport, wait }: Pick<Tools, "transport" | "wait">,
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
  const watch = async () => {
    for (let before = -1; before !== sent; await wait(SILENCE, over.signal)) before = sent;
    request.abort();
  };
  // It rejects when the PUT is over, which is how it ends.
  watch().catch(() => undefined);
  const hear = (bytes: number) => {
    if (bytes <= sent || over.signal.aborted) return;
    // The browser may count what surrounds the body, too.
    sent = Math.min(bytes, file.size);
    onProgress(sent);
  };
  try {
    signal.throwIfAborted();
    const status = await transport.put(upload, file, { onProgress: hear, signal: request.signal });
    if (status === 0) await bytesOf(file.slice(0, 1));
    return status;
  } catch (thrown) {
    if (request.signal.aborted && !signal.aborted) return 0;
    throw thrown;
  } finally {
    over.abort();
    signal.removeEventListener("abort", abort);
  }
}
