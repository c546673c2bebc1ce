/** Limits concurrent work: hands out a fixed number of slots, in the order of the requests. */
export class ConcurrencyLimiter {
  readonly #queue: (() => void)[] = [];
  #availableSlots: number;

  constructor(slots: number) {
    this.#availableSlots = slots;
  }

  /**
   * Waits for a slot and resolves with the function that releases it.
   * A second call of that function has no effect. Rejects if the signal is aborted first.
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#availableSlots > 0) this.#availableSlots -= 1;
    else await this.#waitForSlot(signal);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#availableSlots += 1;
    };
  }

  #waitForSlot(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        this.#queue.splice(this.#queue.indexOf(proceed), 1);
        reject(signal.reason);
      };
      this.#queue.push(proceed);
      signal.addEventListener("abort", abort, { once: true });
    });
  }
}
