import type { Told } from "./answers";
import { completion, type Settled } from "./completion";
import { endOf, Failure, PROBLEMS } from "./failure";
import { Place } from "./lanes";
import { PartedTransfer } from "./parted-transfer";
import { isRefusal, pauseBefore, TRIES } from "./patience";
import type { Persistence } from "./persevere";
import { Ticket } from "./ticket";
import type { Tools } from "./tools";
import type { UploadRequest } from "./upload-request";
import { canCancel, canPause, type Progress, type Stall, type UploadState } from "./upload-state";
import { sendWhole } from "./whole-transfer";

type Issued = Extract<Told, { state: "issued" }>;

const PAUSED = new DOMException("Paused", "AbortError");

/**
 * One file on its way: ticket, direct PUT in one piece or in parts, completion. Each step may be repeated safely (the ticket by its
 * Idempotency-Key, the PUT because a second one is answered 412 and a part replaces itself, the completion because it repeats its answer), so a
 * lost answer costs a repetition and nothing else. Starts at once; `subscribe` and `state` fit React's `useSyncExternalStore`.
 */
export class Upload {
  readonly id: string;
  readonly request: UploadRequest;
  readonly #tools: Tools;
  readonly #ticket: Ticket;
  readonly #listeners = new Set<() => void>();
  #state: UploadState = { name: "queued" };
  #run = new AbortController();
  /** Bytes. */
  #sent = 0;

  constructor(request: UploadRequest, tools: Tools) {
    this.request = request;
    this.#tools = tools;
    this.id = tools.newKey();
    this.#ticket = new Ticket(request, tools);
    void this.#start();
  }

  get state(): UploadState {
    return this.#state;
  }

  get inParts(): boolean {
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
    this.#set({ name: "cancelled" });
    this.#run.abort(new DOMException("Cancelled", "AbortError"));
    if (idle) void this.#ticket.giveBack();
  }

  /** Nothing leaves until `resume`. What has arrived stays there; a part on its way begins anew. */
  pause(): void {
    if (!canPause(this.#state)) return;
    this.#set({ name: "paused", sent: this.#sent });
    this.#run.abort(PAUSED);
  }

  resume(): void {
    if (this.#state.name === "paused") this.#again();
  }

  /** Goes on where it failed: what has arrived is not sent again. */
  retry(): void {
    if (this.#state.name === "failed") this.#again();
  }

  #again(): void {
    this.#run = new AbortController();
    this.#set({ name: "queued", again: true, ...this.#pausable() });
    void this.#start();
  }

  async #start(): Promise<void> {
    const { signal } = this.#run;
    const lane = new Place(() => this.#tools.turn(signal));
    try {
      await this.#travel(lane, signal);
    } catch (thrown) {
      if (!signal.aborted) this.#set(endOf(thrown));
      await this.#part();
    } finally {
      lane.leave();
    }
  }

  /** Parts of a file that will not do are of no use; what was paused or has failed goes on from them, and so does a file that can be read again. */
  async #part(): Promise<void> {
    const state = this.#state;
    if (state.name === "cancelled") return this.#ticket.giveBack();
    if (state.name !== "refused" || !this.inParts) return;
    if (isRefusal(state.problem.code)) return this.#ticket.giveBack();
    this.#ticket.letGo();
  }

  async #travel(lane: Place, signal: AbortSignal): Promise<void> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      if (this.#state.name === "checking") this.#set({ name: "queued", again: true, ...this.#pausable() });
      await lane.enter();
      const told = await this.#ask(signal);
      if (told.state === "ended") {
        this.#ticket.renew();
        continue;
      }
      if (told.state === "completed" || told.state === "refused") return this.#settle(told);
      const sent = told.state === "issued" ? await this.#send(told, signal) : "sent";
      if (sent === "moved") {
        // The first time it may be an address that was too old; what lasts is not to be asked without a breath.
        if (tried > 0) await this.#tools.wait(pauseBefore(tried, this.#tools.random), signal);
        continue;
      }
      if (sent === "sent") this.#set({ name: "checking" });
      // What the server does needs nothing of the line: the next file goes meanwhile.
      lane.leave();
      const end = await completion(
        this.#tools,
        { id: told.id, crop: this.request.crop },
        this.#persistence(signal),
      );
      if (end === "not there") {
        if (sent === "over") this.#ticket.renew();
        continue;
      }
      if (end !== "ended") return this.#settle(end);
      this.#ticket.renew();
    }
    throw new Failure(PROBLEMS.notThrough);
  }

  async #ask(signal: AbortSignal): Promise<Told> {
    if (this.#ticket.needsHash()) {
      this.#set({ name: "hashing" });
      await this.#ticket.hash();
      signal.throwIfAborted();
    }
    this.#set({ name: "ticket", ...this.#pausable() });
    return this.#ticket.ask(this.#persistence(signal));
  }

  /** "moved": the ticket has to be looked at again; "over": its time is, and all that is left to try is to complete what has arrived. */
  async #send(
    { id, upload, parts, received }: Issued,
    signal: AbortSignal,
  ): Promise<"sent" | "moved" | "over"> {
    const { file } = this.request;
    const hear = ({ sent, ...more }: Progress) => {
      this.#sent = sent;
      if (!signal.aborted) this.#set({ name: "sending", ...this.#pausable(), sent, ...more });
    };
    if (parts) {
      const transfer = new PartedTransfer({ id, file, cut: parts, received }, this.#tools, hear);
      return transfer.run(signal);
    }
    if (!upload) return "over";
    hear({ sent: 0 });
    const persistence = { ...this.#persistence(signal), onProgress: hear };
    return (await sendWhole(this.#tools, upload, file, persistence)) === "sent" ? "sent" : "moved";
  }

  #persistence(signal: AbortSignal): Persistence {
    return { signal, onStall: (stall) => this.#stalled(stall) };
  }

  #stalled(stall: Stall | undefined): void {
    const state = this.#state;
    if (state.name !== "ticket" && state.name !== "sending" && state.name !== "checking") return;
    if (state.stall !== stall) this.#set({ ...state, stall });
  }

  #pausable(): { pausable?: true; sent?: number } {
    return this.#ticket.inParts ? { pausable: true, sent: this.#sent } : {};
  }

  #settle(told: Settled): void {
    this.#ticket.over();
    this.#set(
      told.state === "completed"
        ? { name: "done", fileId: told.fileId }
        : { name: "refused", problem: told.problem },
    );
  }

  #set(state: UploadState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
