import { AsyncLocalStorage } from "node:async_hooks";

/** Milliseconds that a store has for an answer, all retries included: inside the five seconds that the interface promises for its own. */
export const STORE_TIMEOUT_MS = 4500;

/** What a store may still take of somebody's time: of all calls together, those side by side counted once. Milliseconds. */
class TimeBudget {
  #left: number;
  #calls = 0;
  #since = 0;

  constructor(remainingMs: number) {
    this.#left = remainingMs;
  }

  get left(): number {
    return Math.max(0, this.#left - (this.#calls > 0 ? performance.now() - this.#since : 0));
  }

  async track<T>(call: () => Promise<T>): Promise<T> {
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

const budgetStore = new AsyncLocalStorage<TimeBudget>();

/**
 * Work whose calls to stores are over within PATIENCE all together, for somebody waits for its answer; by itself each call has that long. What a store may
 * take for the bytes that it moves within itself comes on top.
 */
export function withTimeBudget<T>(work: () => T): T {
  return budgetStore.run(new TimeBudget(STORE_TIMEOUT_MS), work);
}

/** Runs one call, and hands it the milliseconds that it has. */
export function withinBudget<T>(call: (left: number) => Promise<T>): Promise<T> {
  const patience = budgetStore.getStore();
  return patience ? patience.track(() => call(patience.left)) : call(STORE_TIMEOUT_MS);
}
