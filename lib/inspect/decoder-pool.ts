import { DecoderProcess } from "./decoder-process";

/** Two, also on one core: other people must not wait for a slow file. */
const PROCESSES = 2;
/** The server refuses further jobs. Each waits for at most some seconds. */
const MAX_WAITING = 128;
/**
 * Of one person: the parts of a page that a reviewer enlarges, or the files that a member sends.
 */
const MAX_WAITING_PER_PERSON = 32;
/** An idle process ends after this time and gives its memory back. */
const IDLE_MS = 120_000;

/** The person that a job is for, and its purpose. */
export type DecoderClaim = {
  /** The id of the person. Only one job of a person runs at a time. */
  person: string;
  /** A person waits for an image, or the server inspects a file. One process is left for images. */
  purpose: "image" | "inspection";
  /** Milliseconds until the claim is given up. */
  maxWaitMs: number;
};

/** The right to run jobs, one after another, until it is released. */
export type DecoderSlot = {
  /** A process for the next job; a new one if the last one has ended. */
  process(): Pick<DecoderProcess, "run">;
  release(): void;
};

/** The interface of the pool. */
export type Decoders = Pick<DecoderPool, "share" | "acquire" | "close">;

type Waiting = DecoderClaim & { settle(slot: DecoderSlot | null): void };

/**
 * Decoder processes, at most two, started when they are needed. The bundles of Next share one pool,
 * so it throws no `Problem`.
 */
export class DecoderPool {
  readonly #idle: { process: DecoderProcess; timer: NodeJS.Timeout }[] = [];
  readonly #running = new Set<DecoderClaim>();
  readonly #busy = new Set<DecoderProcess>();
  readonly #shared = new Map<string, Promise<unknown>>();
  #waiting: Waiting[] = [];
  #isClosed = false;

  /** Runs `work` once for all callers that ask for the same key at the same time. */
  share<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#shared.get(key);
    if (running) return running as Promise<T>;
    const started = work().finally(() => this.#shared.delete(key));
    this.#shared.set(key, started);
    return started;
  }

  /**
   * Waits for a slot, in the order of the calls. Returns null if too many wait, or if it takes too
   * long. Take a slot before you read the file.
   */
  acquire(claim: DecoderClaim): Promise<DecoderSlot | null> {
    const own = this.#waiting.filter(({ person }) => person === claim.person);
    if (this.#isClosed || this.#waiting.length >= MAX_WAITING || own.length >= MAX_WAITING_PER_PERSON)
      return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiting.settle(null), claim.maxWaitMs);
      const waiting: Waiting = {
        ...claim,
        settle: (slot) => {
          clearTimeout(timer);
          this.#waiting = this.#waiting.filter((each) => each !== waiting);
          resolve(slot);
        },
      };
      this.#waiting.push(waiting);
      this.#startNext();
    });
  }

  /** Ends all processes. Running jobs fail, and no further one starts. */
  close(): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting) waiting.settle(null);
    for (const process of this.#busy) process.kill();
    for (const { process, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      process.kill();
    }
  }

  #startNext(): void {
    const next = this.#waiting.find((waiting) => this.#mayRun(waiting));
    if (!next) return;
    next.settle(this.#openSlot(next));
    this.#startNext();
  }

  #mayRun({ person, purpose }: DecoderClaim): boolean {
    const running = [...this.#running];
    return (
      running.length < PROCESSES &&
      running.every((each) => each.person !== person) &&
      // One process is left for images: an inspection may take long.
      (purpose === "image" || running.every((each) => each.purpose === "image"))
    );
  }

  #openSlot(claim: DecoderClaim): DecoderSlot {
    this.#running.add(claim);
    let current: DecoderProcess | undefined;
    return {
      process: () => {
        if (current && !current.hasEnded) return current;
        if (current) this.#busy.delete(current);
        current = this.#takeProcess();
        this.#busy.add(current);
        if (this.#isClosed) current.kill();
        return current;
      },
      release: () => {
        if (!this.#running.delete(claim)) return;
        if (current) this.#putBack(current);
        this.#startNext();
      },
    };
  }

  #takeProcess(): DecoderProcess {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (!idle.process.hasEnded) return idle.process;
    }
    return new DecoderProcess();
  }

  #putBack(process: DecoderProcess): void {
    this.#busy.delete(process);
    if (this.#isClosed) process.kill();
    if (process.hasEnded) return;
    const idle = {
      process,
      timer: setTimeout(() => {
        this.#idle.splice(this.#idle.indexOf(idle), 1);
        process.kill();
      }, IDLE_MS).unref(),
    };
    this.#idle.push(idle);
  }
}
