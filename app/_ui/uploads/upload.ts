import { completeUpload, type FinishedUpload } from "./complete-upload";
import { MultipartTransfer } from "./multipart-transfer";
import type { RetryOptions } from "./retry";
import { isContentRefused, MAX_TRIES, retryDelayOf } from "./retry-policy";
import { sendSinglePart } from "./single-part-transfer";
import { Ticket } from "./ticket";
import type { UploadContext } from "./upload-context";
import { failedStateOf, UPLOAD_PROBLEMS, UploadError } from "./upload-error";
import type { UploadRequest } from "./upload-request";
import type { UploadResponse } from "./upload-response";
import { canCancel, canPause, type Stall, type TransferProgress, type UploadState } from "./upload-state";

type IssuedResponse = Extract<UploadResponse, { state: "issued" }>;

const PAUSE_REASON = new DOMException("Paused", "AbortError");

/**
 * Uploads one file: requests a ticket, sends the bytes to the store, completes the upload.
 * The constructor starts the upload. `subscribe` and `getState` fit `useSyncExternalStore`.
 *
 * Each step can be repeated after a lost response:
 * - the ticket, because its Idempotency-Key returns the same ticket;
 * - a single PUT, because the store answers a second one with 412;
 * - a part, because it replaces itself;
 * - the completion, because the server repeats its response.
 */
export class Upload {
  readonly id: string;
  readonly request: UploadRequest;
  readonly #context: UploadContext;
  readonly #ticket: Ticket;
  readonly #listeners = new Set<() => void>();
  #state: UploadState = { name: "queued" };
  #abortController = new AbortController();
  /** Bytes. */
  #sent = 0;

  constructor(request: UploadRequest, context: UploadContext) {
    this.request = request;
    this.#context = context;
    this.id = context.newKey();
    this.#ticket = new Ticket(request, context);
    void this.#start();
  }

  get state(): UploadState {
    return this.#state;
  }

  get isMultipart(): boolean {
    return this.#ticket.isMultipart;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): UploadState => this.#state;

  /** Ends the upload and aborts its ticket. Does nothing while the server checks the file. */
  cancel(): void {
    const isStopped = this.#state.name === "paused" || this.#state.name === "failed";
    if (!isStopped && !canCancel(this.#state)) return;
    this.#setState({ name: "cancelled" });
    this.#abortController.abort(new DOMException("Cancelled", "AbortError"));
    if (isStopped) void this.#ticket.abort();
  }

  /**
   * Stops sending until `resume`. The store keeps the received parts.
   * A part that was being sent starts again from its first byte.
   */
  pause(): void {
    if (!canPause(this.#state)) return;
    this.#setState({ name: "paused", sent: this.#sent });
    this.#abortController.abort(PAUSE_REASON);
  }

  resume(): void {
    if (this.#state.name === "paused") this.#restart();
  }

  /** Continues a failed upload. Received parts are not sent again. */
  retry(): void {
    if (this.#state.name === "failed") this.#restart();
  }

  #restart(): void {
    this.#abortController = new AbortController();
    this.#setState({ name: "queued", isRestart: true, ...this.#pausableState() });
    void this.#start();
  }

  async #start(): Promise<void> {
    const { signal } = this.#abortController;
    try {
      await this.#transferAndComplete(signal);
    } catch (error) {
      if (!signal.aborted) this.#setState(failedStateOf(error));
      await this.#cleanUpAfterStop();
    }
  }

  /** Aborts the ticket if the server refuses the content. An unreadable file keeps its parts. */
  async #cleanUpAfterStop(): Promise<void> {
    const state = this.#state;
    if (state.name === "cancelled") return this.#ticket.abort();
    if (state.name !== "refused" || !this.isMultipart) return;
    if (isContentRefused(state.problem.code)) return this.#ticket.abort();
    this.#ticket.release();
  }

  async #transferAndComplete(signal: AbortSignal): Promise<void> {
    let releaseSlot: (() => void) | undefined;
    try {
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
        if (this.#state.name === "checking") {
          this.#setState({ name: "queued", isRestart: true, ...this.#pausableState() });
        }
        releaseSlot ??= await this.#context.acquireUploadSlot(signal);
        const ticket = await this.#fetchTicketState(signal);
        if (ticket.state === "ended") {
          this.#ticket.renew();
          continue;
        }
        if (ticket.state === "completed" || ticket.state === "refused") return this.#finish(ticket);
        const result = ticket.state === "issued" ? await this.#sendBytes(ticket, signal) : "sent";
        if (result === "changed") {
          // The first time, the signed URL may have expired. A lasting cause needs a delay.
          if (attempt > 0) await this.#context.wait(retryDelayOf(attempt, this.#context.random), signal);
          continue;
        }
        if (result === "sent") this.#setState({ name: "checking" });
        // The check uses no bandwidth, so the next file can be sent now.
        releaseSlot();
        releaseSlot = undefined;
        const completion = await completeUpload(
          this.#context,
          { id: ticket.id, crop: this.request.crop },
          this.#retryOptions(signal),
        );
        if (completion === "not-uploaded") {
          if (result === "expired") this.#ticket.renew();
          continue;
        }
        if (completion !== "ended") return this.#finish(completion);
        this.#ticket.renew();
      }
    } finally {
      releaseSlot?.();
    }
    throw new UploadError(UPLOAD_PROBLEMS.notSent);
  }

  async #fetchTicketState(signal: AbortSignal): Promise<UploadResponse> {
    if (this.#ticket.needsHash()) {
      this.#setState({ name: "hashing" });
      await this.#ticket.computeHash();
      signal.throwIfAborted();
    }
    this.#setState({ name: "ticket", ...this.#pausableState() });
    return this.#ticket.fetchState(this.#retryOptions(signal));
  }

  /**
   * Sends the bytes. "changed": the caller must read the state of the ticket again.
   * "expired": the ticket accepts no bytes, but the received bytes may still be completed.
   */
  async #sendBytes(
    { id, upload, parts, received }: IssuedResponse,
    signal: AbortSignal,
  ): Promise<"sent" | "changed" | "expired"> {
    const { file } = this.request;
    const onProgress = ({ sent, ...rest }: TransferProgress) => {
      this.#sent = sent;
      if (!signal.aborted) this.#setState({ name: "sending", ...this.#pausableState(), sent, ...rest });
    };
    if (parts) {
      const input = { id, file, layout: parts, received };
      return new MultipartTransfer(input, this.#context, onProgress).run(signal);
    }
    if (!upload) return "expired";
    onProgress({ sent: 0 });
    const options = { ...this.#retryOptions(signal), onProgress };
    return (await sendSinglePart(this.#context, upload, file, options)) === "sent" ? "sent" : "changed";
  }

  #retryOptions(signal: AbortSignal): RetryOptions {
    return { signal, onStall: (stall) => this.#setStall(stall) };
  }

  #setStall(stall: Stall | undefined): void {
    const state = this.#state;
    if (state.name !== "ticket" && state.name !== "sending" && state.name !== "checking") return;
    if (state.stall !== stall) this.#setState({ ...state, stall });
  }

  #pausableState(): { isPausable?: true; sent?: number } {
    return this.#ticket.isMultipart ? { isPausable: true, sent: this.#sent } : {};
  }

  #finish(response: FinishedUpload): void {
    this.#ticket.finish();
    this.#setState(
      response.state === "completed"
        ? { name: "done", fileId: response.fileId }
        : { name: "refused", problem: response.problem },
    );
  }

  #setState(state: UploadState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
