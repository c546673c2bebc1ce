import { AsyncLocalStorage } from "node:async_hooks";

/** Milliseconds for one call to a store with retries: less than the 5 s that `Storage` promises. */
export const STORE_TIMEOUT_MS = 4500;

/** The milliseconds that all calls of one request may take. Concurrent calls count once. */
class TimeBudget {
  #remainingMs: number;
  #activeCalls = 0;
  #activeSince = 0;

  constructor(remainingMs: number) {
    this.#remainingMs = remainingMs;
  }

  get remainingMs(): number {
    const elapsed = this.#activeCalls > 0 ? performance.now() - this.#activeSince : 0;
    return Math.max(0, this.#remainingMs - elapsed);
  }

  async track<T>(call: () => Promise<T>): Promise<T> {
    if (this.#activeCalls === 0) this.#activeSince = performance.now();
    this.#activeCalls += 1;
    try {
      return await call();
    } finally {
      const { remainingMs } = this;
      this.#activeCalls -= 1;
      if (this.#activeCalls === 0) this.#remainingMs = remainingMs;
    }
  }
}

const budgetStore = new AsyncLocalStorage<TimeBudget>();

/**
 * Runs work whose calls to stores share `STORE_TIMEOUT_MS`, because a client waits for the
 * response. Outside of it, each call has that time. Time for moving bytes inside a store is extra.
 */
export function withTimeBudget<T>(work: () => T): T {
  return budgetStore.run(new TimeBudget(STORE_TIMEOUT_MS), work);
}

/** Runs one call and passes it the milliseconds that it may take. */
export function withinBudget<T>(call: (remainingMs: number) => Promise<T>): Promise<T> {
  const budget = budgetStore.getStore();
  return budget ? budget.track(() => call(budget.remainingMs)) : call(STORE_TIMEOUT_MS);
}
