import type { Crop } from "@/lib/inspect/crop";
import { type Answer, problemOf } from "../call-api";
import { type Told, toldBy } from "./answers";
import { endOf, Failure, failureOf, PROBLEMS } from "./failure";
import { isTransient, pauseBefore, TRIES } from "./patience";
import { Speed } from "./speed";
import type { Tools } from "./tools";
import type { SignedPut } from "./transport";
import { canCancel, type Stall, type UploadState } from "./upload-state";
import { watchedPut } from "./watched-put";

export type UploadRequest = {
  field: string;
  file: Blob;
  /** As the member knows it. */
  name: string;
  /** Media type of the bytes. */
  type: string;
  crop?: Crop;
};

type Settled = Extract<Told, { state: "completed" | "refused" }>;

/** Milliseconds. */
const CHECKING_AT_MOST = 10 * 60_000;

/**
 * One file on its way: hash, ticket, direct PUT, completion. Each step may be repeated safely (the ticket by its Idempotency-Key, the PUT
 * because a second one is answered 412, the completion because it repeats its answer), so a lost answer costs a repetition and nothing else.
 * Starts at once; `subscribe` and `state` fit React's `useSyncExternalStore`.
 */
export class Upload {
  readonly id: string;
  readonly request: UploadRequest;
  readonly #tools: Tools;
  readonly #listeners = new Set<() => void>();
  #state: UploadState = { name: "queued" };
  #run = new AbortController();
  #key: string;
  #sha256: string | undefined;
  /** The server's id, from the ticket on: what has to be given back. */
  #ticketId: string | undefined;

  constructor(request: UploadRequest, tools: Tools) {
    this.request = request;
    this.#tools = tools;
    this.#key = tools.newKey();
    this.id = this.#key;
    void this.#start();
  }

  get state(): UploadState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): UploadState => this.#state;

  /** Ends it, and gives the ticket back. Nothing happens once the server is checking. */
  cancel(): void {
    if (!canCancel(this.#state)) return;
    this.#set({ name: "cancelled" });
    this.#run.abort(new DOMException("Cancelled", "AbortError"));
  }

  /** Goes on where it failed: what has arrived is not sent again. */
  retry(): void {
    if (this.#state.name !== "failed") return;
    this.#run = new AbortController();
    this.#set({ name: "queued" });
    void this.#start();
  }

  async #start(): Promise<void> {
    const { signal } = this.#run;
    let leave: (() => void) | undefined;
    try {
      leave = await this.#tools.turn(signal);
      await this.#travel(signal);
    } catch (thrown) {
      if (signal.aborted) await this.#giveBack();
      else this.#set(endOf(thrown));
    } finally {
      leave?.();
    }
  }

  async #travel(signal: AbortSignal): Promise<void> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const told = await this.#ticket(signal);
      if (told.state === "ended") {
        this.#renew();
        continue;
      }
      if (told.state === "issued") {
        if (!told.upload) throw new Failure(PROBLEMS.inParts);
        if ((await this.#send(told.upload, signal)) === "ticket expired") continue;
      }
      if (told.state === "completed" || told.state === "refused") return this.#set(stateOf(told));
      const end = await this.#check(signal);
      if (end === "not there") continue;
      if (end !== "ended") return this.#set(stateOf(end));
      this.#renew();
    }
    throw new Failure(PROBLEMS.notThrough);
  }

  async #ticket(signal: AbortSignal): Promise<Told> {
    if (this.#sha256 === undefined) {
      this.#set({ name: "hashing" });
      this.#sha256 = await this.#tools.sha256(this.request.file);
      signal.throwIfAborted();
    }
    const { field, name, type, file } = this.request;
    const body = { field, name, type, size: file.size, sha256: this.#sha256 };
    this.#set({ name: "ticket" });
    // Without the signal: a ticket that is on its way when somebody cancels has to be known to be given back.
    const answer = await this.#answer(signal, () =>
      this.#tools.transport.call("POST", "/api/uploads", { body, headers: { "idempotency-key": this.#key } }),
    );
    const told = toldBy(answer.body);
    if (told && "id" in told) this.#ticketId = told.id;
    signal.throwIfAborted();
    if (!told) throw failureOf(answer);
    return told;
  }

  async #send(upload: SignedPut, signal: AbortSignal): Promise<"sent" | "ticket expired"> {
    const { file } = this.request;
    const { now } = this.#tools;
    this.#set({ name: "sending", sent: 0 });
    const { status } = await this.#answer(signal, async () => {
      const speed = new Speed();
      speed.add(now(), 0);
      const onProgress = (sent: number) => {
        speed.add(now(), sent);
        this.#set({ name: "sending", sent, secondsLeft: speed.secondsLeft(file.size) });
      };
      return { status: await watchedPut(this.#tools, upload, file, { onProgress, signal }), body: null };
    });
    // 412: it is there already, and only the answer was lost.
    if ((status >= 200 && status < 300) || status === 412) return "sent";
    if (status === 403) return "ticket expired";
    throw new Failure(PROBLEMS.notTaken);
  }

  async #check(signal: AbortSignal): Promise<Settled | "ended" | "not there"> {
    this.#set({ name: "checking" });
    const { transport, now, wait } = this.#tools;
    const path = `/api/uploads/${this.#ticketId}`;
    const body = this.request.crop ? { crop: this.request.crop } : {};
    const complete = () => transport.call("POST", `${path}/complete`, { body, signal });
    const look = () => transport.call("GET", path, { signal });
    const since = now();
    let answer = await this.#answer(signal, complete);
    for (let looks = 1; ; looks += 1) {
      const told = toldBy(answer.body);
      if (told?.state === "completed" || told?.state === "refused") return told;
      if (told?.state === "ended") return "ended";
      if (!told) {
        const problem = problemOf(answer);
        if (problem.code === "not_uploaded") return "not there";
        if (problem.code === "gone") return "ended";
        if (problem.code !== "conflict") throw failureOf(answer);
      }
      if (now() - since > CHECKING_AT_MOST) throw new Failure(PROBLEMS.stillChecking);
      await wait(pauseBefore(looks, answer.retryAfter), signal);
      // Given back by the server: nobody is checking it, so it has to be completed again.
      answer = await this.#answer(signal, told?.state === "issued" ? complete : look);
    }
  }

  /**
   * Asks until there is an answer that means something. Waits as long as there is no network at all; otherwise it stays "retrying" until something
   * moves again, so that a listener is told once.
   */
  async #answer(signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
    const { online, wait } = this.#tools;
    for (let tried = 1; ; tried += 1) {
      const answer = await ask();
      if (!isTransient(answer)) {
        this.#stalled(undefined);
        return answer;
      }
      signal.throwIfAborted();
      if (answer.status === 0 && !online.is()) {
        this.#stalled("offline");
        await online.back(signal);
        this.#stalled(undefined);
        tried = 0;
      } else {
        if (tried >= TRIES) throw failureOf(answer);
        this.#stalled("retrying");
        await wait(pauseBefore(tried, answer.retryAfter), signal);
      }
    }
  }

  #stalled(stall: Stall | undefined): void {
    const state = this.#state;
    if (state.name !== "ticket" && state.name !== "sending" && state.name !== "checking") return;
    if (state.stall !== stall) this.#set({ ...state, stall });
  }

  /** Another attempt, with a ticket of its own. */
  #renew(): void {
    this.#key = this.#tools.newKey();
    this.#ticketId = undefined;
  }

  async #giveBack(): Promise<void> {
    const id = this.#ticketId;
    this.#ticketId = undefined;
    // Where this does not get through, the ticket runs out by itself.
    if (id) await this.#tools.transport.call("DELETE", `/api/uploads/${id}`);
  }

  #set(state: UploadState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function stateOf(told: Settled): UploadState {
  return told.state === "completed"
    ? { name: "done", fileId: told.fileId }
    : { name: "refused", problem: told.problem };
}
