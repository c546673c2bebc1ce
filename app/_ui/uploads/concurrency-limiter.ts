/** Lets so many through at a time, in the order in which they came. */
export class ConcurrencyLimiter {
  readonly #queue: (() => void)[] = [];
  #availableSlots: number;

  constructor(lanes: number) {
    this.#availableSlots = lanes;
  }

  /** Resolves with what frees the lane again; calling that twice is harmless. Rejects when the signal is aborted first. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#availableSlots > 0) this.#availableSlots -= 1;
    else await this.#waitForSlot(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#availableSlots += 1;
    };
  }

  #waitForSlot(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(proceed), 1);
        reject(signal.reason);
      };
      this.#queue.push(proceed);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }
}

/** The place in a lane of one who may leave it before the end, and come back: entering twice is entering once. */
export class Slot {
  readonly #acquireSlot: () => Promise<() => void>;
  #releaseSlot: (() => void) | undefined;

  constructor(acquire: () => Promise<() => void>) {
    this.#acquireSlot = acquire;
  }

  async enter(): Promise<void> {
    this.#releaseSlot ??= await this.#acquireSlot();
  }

  release(): void {
    this.#releaseSlot?.();
    this.#releaseSlot = undefined;
  }
}
