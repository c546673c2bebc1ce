import { UploadError, UPLOAD_PROBLEMS } from "./upload-error";
import { PartUrlProvider, TicketChangedError, TicketExpiredError } from "./part-url-provider";
import { countBytesOfParts, type PartLayout, partNumbersOf, slicePart } from "./parts";
import { retry } from "./retry";
import { TransferSpeed } from "./transfer-speed";
import type { UploadContext } from "./upload-context";
import type { TransferProgress, Stall } from "./upload-state";
import { putWithStallTimeout } from "./put-with-stall-timeout";

/** Parts on the line at a time: one leaves it idle at every end of a part, and more than these fill no line that these do not. */
const MAX_PARALLEL_PARTS = 4;
/** Addresses that one part is refused at before somebody is asked. */
const MAX_REFUSALS = 3;

type MultipartInput = { id: string; file: Blob; layout: PartLayout; received: readonly number[] };

/**
 * Sends the parts of a file that the store does not have yet, several at a time, each tried again by itself. What has arrived stays arrived,
 * however this ends: the next transfer of the same upload begins with what the server says is there.
 */
export class MultipartTransfer {
  readonly #upload: MultipartInput;
  readonly #context: UploadContext;
  readonly #onProgress: (progress: TransferProgress) => void;
  readonly #speed = new TransferSpeed();
  readonly #stalls = new Map<number | "announcing", Stall>();
  readonly #activeParts = new Set<number>();
  /** Bytes by part, of those that are leaving. */
  readonly #sentBytesByPart = new Map<number, number>();
  #receivedBytes: number;

  constructor(upload: MultipartInput, tools: UploadContext, hear: (progress: TransferProgress) => void) {
    this.#upload = upload;
    this.#context = tools;
    this.#onProgress = hear;
    this.#receivedBytes = countBytesOfParts(upload.received, upload.layout, upload.file.size);
  }

  /** Rejects with a `Failure` where one part could not be sent. "moved": somebody has to look at the ticket; "over": it takes no more. */
  async run(signal: AbortSignal): Promise<"sent" | "moved" | "over"> {
    const { received, layout: cut } = this.#upload;
    const there = new Set(received);
    const missing = partNumbersOf(cut).filter((number) => !there.has(number));
    // One for both ends, since `AbortSignal.any` is younger than the browsers we serve.
    const halt = new AbortController();
    const abort = () => halt.abort(signal.reason);
    signal.addEventListener("abort", abort);
    const onStall = (stall: Stall | undefined) => this.#setStall("announcing", stall);
    const announced = { ...this.#upload, missing };
    const addresses = new PartUrlProvider(announced, this.#context, { signal: halt.signal, onStall });
    const next = missing.values();
    const work = async () => {
      for (const number of next) await this.#sendPart(number, addresses, halt.signal);
    };
    try {
      signal.throwIfAborted();
      this.#reportProgress();
      await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL_PARTS, missing.length) }, work));
      return "sent";
    } catch (thrown) {
      halt.abort(thrown);
      if (thrown instanceof TicketChangedError) return "moved";
      if (thrown instanceof TicketExpiredError) return "over";
      throw thrown;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #sendPart(number: number, addresses: PartUrlProvider, signal: AbortSignal): Promise<void> {
    const { file, layout: cut } = this.#upload;
    const part = slicePart(file, cut, number);
    const onStall = (stall: Stall | undefined) => this.#setStall(number, stall);
    this.#activeParts.add(number);
    const ask = async () => ({ status: await this.#putPart(number, part, addresses, signal), body: null });
    for (let refused = 0; ; refused += 1) {
      const { status } = await retry(this.#context, ask, { signal, onStall });
      if (isStored(status)) break;
      if (status === 404 || status === 409) throw new TicketChangedError();
      // What else a store may mean (an address or its credentials too old, 400 where the line was slow) is no word about the file: ours is the
      // completion's.
      if (refused === MAX_REFUSALS) throw new UploadError(UPLOAD_PROBLEMS.notSent);
    }
    this.#receivedBytes += part.size;
    this.#reportProgress();
    this.#activeParts.delete(number);
  }

  async #putPart(number: number, part: Blob, addresses: PartUrlProvider, signal: AbortSignal): Promise<number> {
    await addresses.get(number);
    const leave = await this.#context.acquirePartSlot(signal);
    const onProgress = (sent: number) => {
      this.#sentBytesByPart.set(number, sent);
      this.#stalls.delete(number);
      this.#reportProgress();
    };
    this.#sentBytesByPart.set(number, 0);
    try {
      // On a slow line its turn may come when the address that it had is too old.
      const address = await addresses.get(number);
      const status = await putWithStallTimeout(this.#context, address, part, { onProgress, signal });
      if (!isStored(status)) addresses.invalidate(number);
      return status;
    } finally {
      this.#sentBytesByPart.delete(number);
      leave();
    }
  }

  #setStall(what: number | "announcing", stall: Stall | undefined): void {
    const before = this.#currentStall();
    if (stall) this.#stalls.set(what, stall);
    else this.#stalls.delete(what);
    if (this.#currentStall() !== before) this.#reportProgress();
  }

  /** Of the whole: one part that is tried again while the others move is nothing to tell. */
  #currentStall(): Stall | undefined {
    if ([...this.#stalls.values()].includes("offline")) return "offline";
    const waits = (number: number) =>
      this.#stalls.has(number) || (this.#stalls.has("announcing") && !this.#sentBytesByPart.has(number));
    return this.#stalls.size > 0 && [...this.#activeParts].every(waits) ? "retrying" : undefined;
  }

  #reportProgress(): void {
    let sent = this.#receivedBytes;
    for (const bytes of this.#sentBytesByPart.values()) sent += bytes;
    this.#speed.add(this.#context.now(), sent);
    const secondsLeft = this.#speed.secondsLeft(this.#upload.file.size);
    this.#onProgress({ sent, secondsLeft, stall: this.#currentStall() });
  }
}

/** 412: it is there already, and only the answer was lost. */
function isStored(status: number): boolean {
  return (status >= 200 && status < 300) || status === 412;
}
