import { AsyncLocalStorage } from "node:async_hooks";

/** Milliseconds that a store has for an answer, all retries included: inside the five seconds that the interface promises for its own. */
export const PATIENCE = 4500;

/** What a store may still take of somebody's time: of all calls together, those side by side counted once. Milliseconds. */
class Patience {
  #left: number;
  #calls = 0;
  #since = 0;

  constructor(left: number) {
    this.#left = left;
  }

  get left(): number {
    return Math.max(0, this.#left - (this.#calls > 0 ? performance.now() - this.#since : 0));
  }

  async during<T>(call: () => Promise<T>): Promise<T> {
    if (this.#calls === 0) this.#since = performance.now();
    this.#calls += 1;
    try {
      return await call();
    } finally {
      const left = this.left;
      this.#calls -= 1;
      if (this.#calls === 0) this.#left = left;
    }
  }
}

const patiences = new AsyncLocalStorage<Patience>();

/**
 * Work whose calls to stores are over within PATIENCE all together, for somebody waits for its answer; by itself each call has that long. What a store may
 * take for the bytes that it moves within itself comes on top.
 */
export function withPatience<T>(work: () => T): T {
  return patiences.run(new Patience(PATIENCE), work);
}

/** Runs one call, and hands it the milliseconds that it has. */
export function patiently<T>(call: (left: number) => Promise<T>): Promise<T> {
  const patience = patiences.getStore();
  return patience ? patience.during(() => call(patience.left)) : call(PATIENCE);
}
