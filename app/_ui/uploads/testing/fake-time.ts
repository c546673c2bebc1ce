type Timer = { dueAt: number; fire: () => void };

/** A clock that only the test moves. Milliseconds. */
export class FakeTime {
  #now = 0;
  #timers: Timer[] = [];

  now = (): number => this.#now;

  wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = { dueAt: this.#now + milliseconds, fire: resolve };
      this.#timers.push(timer);
      const abort = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });

  /** Advances the clock, fires the due timers in order, and runs what they cause. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await flushPromises();
    for (;;) {
      const [next] = this.#timers
        .filter(({ dueAt }) => dueAt <= end)
        .sort((one, other) => one.dueAt - other.dueAt);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.fire();
      await flushPromises();
    }
    this.#now = end;
  }
}

/** Waits until all work that needs no timer has run. */
export async function flushPromises(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
