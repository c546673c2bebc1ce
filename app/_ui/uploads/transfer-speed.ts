const WINDOW_MS = 8_000;
const MIN_SAMPLE_MS = 800;

/** How fast bytes leave, over the last seconds, so that a slow start or a tunnel is forgotten soon. Milliseconds and bytes. */
export class TransferSpeed {
  readonly #samples: { at: number; sent: number }[] = [];

  add(at: number, sent: number): void {
    this.#samples.push({ at, sent });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
  }

  /** Undefined until there is something to go by. */
  secondsLeft(total: number): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at - first.at < MIN_SAMPLE_MS || last.sent <= first.sent) return undefined;
    const perSecond = ((last.sent - first.sent) / (last.at - first.at)) * 1000;
    return (total - last.sent) / perSecond;
  }
}
