import { PartUrlProvider, TicketChangedError, TicketExpiredError } from "./part-url-provider";
import { countBytesOfParts, type PartLayout, partNumbersOf, slicePart } from "./parts";
import { putWithStallTimeout } from "./put-with-stall-timeout";
import { retry } from "./retry";
import { TransferSpeed } from "./transfer-speed";
import type { UploadContext } from "./upload-context";
import { UPLOAD_PROBLEMS, UploadError } from "./upload-error";
import type { Stall, TransferProgress } from "./upload-state";

/** With one part, the connection is idle between parts. More than four bring no speed. */
const MAX_PARALLEL_PARTS = 4;
/** Signed URLs that the store may refuse for one part before the upload fails. */
const MAX_REFUSALS = 3;

type MultipartInput = { id: string; file: Blob; layout: PartLayout; received: readonly number[] };

/**
 * Sends the missing parts of a large file to the store, the second step of a multipart upload.
 * Sends several parts concurrently and retries each part by itself.
 * The store keeps received parts after a failure. The next transfer sends only the others.
 */
export class MultipartTransfer {
  readonly #upload: MultipartInput;
  readonly #context: UploadContext;
  readonly #onProgress: (progress: TransferProgress) => void;
  readonly #speed = new TransferSpeed();
  readonly #stalls = new Map<number | "announcing", Stall>();
  readonly #activeParts = new Set<number>();
  /** The bytes sent of each part that is being sent. */
  readonly #sentBytesByPart = new Map<number, number>();
  #receivedBytes: number;

  constructor(
    upload: MultipartInput,
    context: UploadContext,
    onProgress: (progress: TransferProgress) => void,
  ) {
    this.#upload = upload;
    this.#context = context;
    this.#onProgress = onProgress;
    this.#receivedBytes = countBytesOfParts(upload.received, upload.layout, upload.file.size);
  }

  /**
   * Runs the transfer. "changed": the caller must read the state of the ticket again.
   * "expired": the ticket accepts no more parts.
   * Rejects with an `UploadError` if one part cannot be sent.
   */
  async run(signal: AbortSignal): Promise<"sent" | "changed" | "expired"> {
    const received = new Set(this.#upload.received);
    const missing = partNumbersOf(this.#upload.layout).filter((number) => !received.has(number));
    // Not `AbortSignal.any`: some browsers that we support lack it.
    const transfer = new AbortController();
    const abort = () => transfer.abort(signal.reason);
    signal.addEventListener("abort", abort);
    const urls = new PartUrlProvider({ ...this.#upload, missing }, this.#context, {
      signal: transfer.signal,
      onStall: (stall) => this.#setStall("announcing", stall),
    });
    const queue = missing.values();
    const sendFromQueue = async () => {
      for (const number of queue) await this.#sendPart(number, urls, transfer.signal);
    };
    try {
      signal.throwIfAborted();
      this.#reportProgress();
      const workers = Math.min(MAX_PARALLEL_PARTS, missing.length);
      await Promise.all(Array.from({ length: workers }, sendFromQueue));
      return "sent";
    } catch (error) {
      transfer.abort(error);
      if (error instanceof TicketChangedError) return "changed";
      if (error instanceof TicketExpiredError) return "expired";
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #sendPart(number: number, urls: PartUrlProvider, signal: AbortSignal): Promise<void> {
    const part = slicePart(this.#upload.file, this.#upload.layout, number);
    const onStall = (stall: Stall | undefined) => this.#setStall(number, stall);
    this.#activeParts.add(number);
    const put = async () => ({ status: await this.#putPart(number, part, urls, signal), body: null });
    for (let refusals = 0; ; refusals += 1) {
      const { status } = await retry(this.#context, put, { signal, onStall });
      if (isStored(status)) break;
      if (status === 404 || status === 409) throw new TicketChangedError();
      // The store's other reasons do not matter here: an expired URL, expired credentials, or
      // 400 for a slow connection. Only the completion judges the file.
      if (refusals === MAX_REFUSALS) throw new UploadError(UPLOAD_PROBLEMS.notSent);
    }
    this.#receivedBytes += part.size;
    this.#reportProgress();
    this.#activeParts.delete(number);
  }

  async #putPart(number: number, part: Blob, urls: PartUrlProvider, signal: AbortSignal): Promise<number> {
    await urls.get(number);
    const releaseSlot = await this.#context.acquirePartSlot(signal);
    const onProgress = (sent: number) => {
      this.#sentBytesByPart.set(number, sent);
      this.#stalls.delete(number);
      this.#reportProgress();
    };
    this.#sentBytesByPart.set(number, 0);
    try {
      // The wait for a slot can outlast the URL.
      const url = await urls.get(number);
      const status = await putWithStallTimeout(this.#context, url, part, { onProgress, signal });
      if (!isStored(status)) urls.invalidate(number);
      return status;
    } finally {
      this.#sentBytesByPart.delete(number);
      releaseSlot();
    }
  }

  #setStall(source: number | "announcing", stall: Stall | undefined): void {
    const before = this.#currentStall();
    if (stall) this.#stalls.set(source, stall);
    else this.#stalls.delete(source);
    if (this.#currentStall() !== before) this.#reportProgress();
  }

  /** Returns "retrying" only if no part moves: one part that is retried is not worth a message. */
  #currentStall(): Stall | undefined {
    if ([...this.#stalls.values()].includes("offline")) return "offline";
    const isStalled = (number: number) =>
      this.#stalls.has(number) || (this.#stalls.has("announcing") && !this.#sentBytesByPart.has(number));
    return this.#stalls.size > 0 && [...this.#activeParts].every(isStalled) ? "retrying" : undefined;
  }

  #reportProgress(): void {
    let sent = this.#receivedBytes;
    for (const bytes of this.#sentBytesByPart.values()) sent += bytes;
    this.#speed.add(this.#context.now(), sent);
    const secondsLeft = this.#speed.secondsLeft(this.#upload.file.size);
    this.#onProgress({ sent, secondsLeft, stall: this.#currentStall() });
  }
}

/** Returns true for 412 too: an earlier PUT stored the part and its response was lost. */
function isStored(status: number): boolean {
  return (status >= 200 && status < 300) || status === 412;
}
