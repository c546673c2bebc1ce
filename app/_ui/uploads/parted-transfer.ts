import { Failure, PROBLEMS } from "./failure";
import { PartAddresses, TicketMoved, TicketOver } from "./part-addresses";
import { bytesIn, type Cut, numbersOf, partOf } from "./parts";
import { persevere } from "./persevere";
import { Speed } from "./speed";
import type { Tools } from "./tools";
import type { Progress, Stall } from "./upload-state";
import { watchedPut } from "./watched-put";

/** Parts on the line at a time: one leaves it idle at every end of a part, and more than these fill no line that these do not. */
const AT_ONCE = 4;
/** Addresses that one part is refused at before somebody is asked. */
const REFUSALS = 3;

type Parted = { id: string; file: Blob; cut: Cut; received: readonly number[] };

/**
 * Sends the parts of a file that the store does not have yet, several at a time, each tried again by itself. What has arrived stays arrived,
 * however this ends: the next transfer of the same upload begins with what the server says is there.
 */
export class PartedTransfer {
  readonly #upload: Parted;
  readonly #tools: Tools;
  readonly #hear: (progress: Progress) => void;
  readonly #speed = new Speed();
  readonly #stalls = new Map<number | "announcing", Stall>();
  readonly #working = new Set<number>();
  /** Bytes by part, of those that are leaving. */
  readonly #leaving = new Map<number, number>();
  #arrived: number;

  constructor(upload: Parted, tools: Tools, hear: (progress: Progress) => void) {
    this.#upload = upload;
    this.#tools = tools;
    this.#hear = hear;
    this.#arrived = bytesIn(upload.received, upload.cut, upload.file.size);
  }

  /** Rejects with a `Failure` where one part could not be sent. "moved": somebody has to look at the ticket; "over": it takes no more. */
  async run(signal: AbortSignal): Promise<"sent" | "moved" | "over"> {
    const { received, cut } = this.#upload;
    const there = new Set(received);
    const missing = numbersOf(cut).filter((number) => !there.has(number));
    // One for both ends, since `AbortSignal.any` is younger than the browsers we serve.
    const halt = new AbortController();
    const abort = () => halt.abort(signal.reason);
    signal.addEventListener("abort", abort);
    const onStall = (stall: Stall | undefined) => this.#stalled("announcing", stall);
    const announced = { ...this.#upload, missing };
    const addresses = new PartAddresses(announced, this.#tools, { signal: halt.signal, onStall });
    const next = missing.values();
    const work = async () => {
      for (const number of next) await this.#send(number, addresses, halt.signal);
    };
    try {
      signal.throwIfAborted();
      this.#progress();
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, missing.length) }, work));
      return "sent";
    } catch (thrown) {
      halt.abort(thrown);
      if (thrown instanceof TicketMoved) return "moved";
      if (thrown instanceof TicketOver) return "over";
      throw thrown;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #send(number: number, addresses: PartAddresses, signal: AbortSignal): Promise<void> {
    const { file, cut } = this.#upload;
    const part = partOf(file, cut, number);
    const onStall = (stall: Stall | undefined) => this.#stalled(number, stall);
    this.#working.add(number);
    const ask = async () => ({ status: await this.#put(number, part, addresses, signal), body: null });
    for (let refused = 0; ; refused += 1) {
      const { status } = await persevere(this.#tools, ask, { signal, onStall });
      if (isTaken(status)) break;
      if (status === 404 || status === 409) throw new TicketMoved();
      // What else a store may mean (an address or its credentials too old, 400 where the line was slow) is no word about the file: ours is the
      // completion's.
      if (refused === REFUSALS) throw new Failure(PROBLEMS.notThrough);
    }
    this.#arrived += part.size;
    this.#progress();
    this.#working.delete(number);
  }

  async #put(number: number, part: Blob, addresses: PartAddresses, signal: AbortSignal): Promise<number> {
    await addresses.of(number);
    const leave = await this.#tools.partTurn(signal);
    const onProgress = (sent: number) => {
      this.#leaving.set(number, sent);
      this.#stalls.delete(number);
      this.#progress();
    };
    this.#leaving.set(number, 0);
    try {
      // On a slow line its turn may come when the address that it had is too old.
      const address = await addresses.of(number);
      const status = await watchedPut(this.#tools, address, part, { onProgress, signal });
      if (!isTaken(status)) addresses.drop(number);
      return status;
    } finally {
      this.#leaving.delete(number);
      leave();
    }
  }

  #stalled(what: number | "announcing", stall: Stall | undefined): void {
    const before = this.#stall();
    if (stall) this.#stalls.set(what, stall);
    else this.#stalls.delete(what);
    if (this.#stall() !== before) this.#progress();
  }

  /** Of the whole: one part that is tried again while the others move is nothing to tell. */
  #stall(): Stall | undefined {
    if ([...this.#stalls.values()].includes("offline")) return "offline";
    const waits = (number: number) =>
      this.#stalls.has(number) || (this.#stalls.has("announcing") && !this.#leaving.has(number));
    return this.#stalls.size > 0 && [...this.#working].every(waits) ? "retrying" : undefined;
  }

  #progress(): void {
    let sent = this.#arrived;
    for (const bytes of this.#leaving.values()) sent += bytes;
    this.#speed.add(this.#tools.now(), sent);
    const secondsLeft = this.#speed.secondsLeft(this.#upload.file.size);
    this.#hear({ sent, secondsLeft, stall: this.#stall() });
  }
}

/** 412: it is there already, and only the answer was lost. */
function isTaken(status: number): boolean {
  return (status >= 200 && status < 300) || status === 412;
}
