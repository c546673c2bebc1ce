import type { UploadResponse } from "./upload-response";
import { completeUpload, type FinishedUpload } from "./complete-upload";
import { failedStateOf, UploadError, UPLOAD_PROBLEMS } from "./upload-error";
import { Slot } from "./concurrency-limiter";
import { MultipartTransfer } from "./multipart-transfer";
import { isContentRefused, retryDelayOf, MAX_TRIES } from "./retry-policy";
import type { RetryOptions } from "./retry";
import { Ticket } from "./ticket";
import type { UploadContext } from "./upload-context";
import type { UploadRequest } from "./upload-request";
import { canCancel, canPause, type TransferProgress, type Stall, type UploadState } from "./upload-state";
import { sendSinglePart } from "./single-part-transfer";

type IssuedResponse = Extract<UploadResponse, { state: "issued" }>;

const PAUSE_REASON = new DOMException("Paused", "AbortError");

/**
 * One file on its way: ticket, direct PUT in one piece or in parts, completion. Each step may be repeated safely (the ticket by its
 * Idempotency-Key, the PUT because a second one is answered 412 and a part replaces itself, the completion because it repeats its answer), so a
 * lost answer costs a repetition and nothing else. Starts at once; `subscribe` and `state` fit React's `useSyncExternalStore`.
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

  constructor(request: UploadRequest, tools: UploadContext) {
    this.request = request;
    this.#context = tools;
    this.id = tools.newKey();
    this.#ticket = new Ticket(request, tools);
    void this.#start();
  }

  get state(): UploadState {
    return this.#state;
  }

  get isMultipart(): boolean {
    return this.#ticket.inParts;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): UploadState => this.#state;

  /** Ends it, and gives the ticket back. Nothing happens once the server is checking. */
  cancel(): void {
    const idle = this.#state.name === "paused" || this.#state.name === "failed";
    if (!idle && !canCancel(this.#state)) return;
    this.#setState({ name: "cancelled" });
    this.#abortController.abort(new DOMException("Cancelled", "AbortError"));
    if (idle) void this.#ticket.abort();
  }

  /** Nothing leaves until `resume`. What has arrived stays there; a part on its way begins anew. */
  pause(): void {
    if (!canPause(this.#state)) return;
    this.#setState({ name: "paused", sent: this.#sent });
    this.#abortController.abort(PAUSE_REASON);
  }

  resume(): void {
    if (this.#state.name === "paused") this.#restart();
  }

  /** Goes on where it failed: what has arrived is not sent again. */
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
    const lane = new Slot(() => this.#context.acquireUploadSlot(signal));
    try {
      await this.#transferAndComplete(lane, signal);
    } catch (thrown) {
      if (!signal.aborted) this.#setState(failedStateOf(thrown));
      await this.#cleanUpAfterStop();
    } finally {
      lane.release();
    }
  }

  /** Parts of a file that will not do are of no use; what was paused or has failed goes on from them, and so does a file that can be read again. */
  async #cleanUpAfterStop(): Promise<void> {
    const state = this.#state;
    if (state.name === "cancelled") return this.#ticket.abort();
    if (state.name !== "refused" || !this.isMultipart) return;
    if (isContentRefused(state.problem.code)) return this.#ticket.abort();
    this.#ticket.release();
  }

  async #transferAndComplete(lane: Slot, signal: AbortSignal): Promise<void> {
    for (let tried = 0; tried < MAX_TRIES; tried += 1) {
      if (this.#state.name === "checking") this.#setState({ name: "queued", isRestart: true, ...this.#pausableState() });
      await lane.enter();
      const told = await this.#fetchTicketState(signal);
      if (told.state === "ended") {
        this.#ticket.renew();
        continue;
      }
      if (told.state === "completed" || told.state === "refused") return this.#finish(told);
      const sent = told.state === "issued" ? await this.#sendBytes(told, signal) : "sent";
      if (sent === "moved") {
        // The first time it may be an address that was too old; what lasts is not to be asked without a breath.
        if (tried > 0) await this.#context.wait(retryDelayOf(tried, this.#context.random), signal);
        continue;
      }
      if (sent === "sent") this.#setState({ name: "checking" });
      // What the server does needs nothing of the line: the next file goes meanwhile.
      lane.release();
      const end = await completeUpload(
        this.#context,
        { id: told.id, crop: this.request.crop },
        this.#retryOptions(signal),
      );
      if (end === "not there") {
        if (sent === "over") this.#ticket.renew();
        continue;
      }
      if (end !== "ended") return this.#finish(end);
      this.#ticket.renew();
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

  /** "moved": the ticket has to be looked at again; "over": its time is, and all that is left to try is to complete what has arrived. */
  async #sendBytes(
    { id, upload, parts, received }: IssuedResponse,
    signal: AbortSignal,
  ): Promise<"sent" | "moved" | "over"> {
    const { file } = this.request;
    const hear = ({ sent, ...more }: TransferProgress) => {
      this.#sent = sent;
      if (!signal.aborted) this.#setState({ name: "sending", ...this.#pausableState(), sent, ...more });
    };
    if (parts) {
      const transfer = new MultipartTransfer({ id, file, layout: parts, received }, this.#context, hear);
      return transfer.run(signal);
    }
    if (!upload) return "over";
    hear({ sent: 0 });
    const persistence = { ...this.#retryOptions(signal), onProgress: hear };
    return (await sendSinglePart(this.#context, upload, file, persistence)) === "sent" ? "sent" : "moved";
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
    return this.#ticket.inParts ? { isPausable: true, sent: this.#sent } : {};
  }

  #finish(told: FinishedUpload): void {
    this.#ticket.finish();
    this.#setState(
      told.state === "completed"
        ? { name: "done", fileId: told.fileId }
        : { name: "refused", problem: told.problem },
    );
  }

  #setState(state: UploadState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
