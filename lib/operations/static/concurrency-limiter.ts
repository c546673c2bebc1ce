/** Runs so many at once; the first failure is thrown by `end`, and by `add` as soon as it is known. */
export class ConcurrencyLimiter {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { reason: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  async add(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    this.#check();
    const run: Promise<void> = work()
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#running);
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }
}
