/** Lets so many through at a time, in the order in which they came. */
export class Lanes {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(lanes: number) {
    this.#free = lanes;
  }

  /** Resolves with what frees the lane again; calling that twice is harmless. Rejects when the signal is aborted first. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#line(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }

  #line(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(signal.reason);
      };
      this.#waiting.push(proceed);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }
}

/** The place in a lane of one who may leave it before the end, and come back: entering twice is entering once. */
export class Place {
  readonly #enter: () => Promise<() => void>;
  #leave: (() => void) | undefined;

  constructor(enter: () => Promise<() => void>) {
    this.#enter = enter;
  }

  async enter(): Promise<void> {
    this.#leave ??= await this.#enter();
  }

  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }
}
