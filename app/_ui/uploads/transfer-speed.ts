const WINDOW_MS = 8_000;
const MIN_SAMPLE_MS = 800;

/**
 * Measures the speed of a transfer over the last seconds. Milliseconds and bytes.
 * The short window makes a slow start or a bad connection count only for a while.
 */
export class TransferSpeed {
  readonly #samples: { time: number; sent: number }[] = [];

  add(time: number, sent: number): void {
    this.#samples.push({ time, sent });
    while ((this.#samples[0]?.time ?? time) < time - WINDOW_MS) this.#samples.shift();
  }

  /** Returns undefined while the samples cover too little time. */
  secondsLeft(total: number): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.time - first.time < MIN_SAMPLE_MS || last.sent <= first.sent)
      return undefined;
    const bytesPerSecond = ((last.sent - first.sent) / (last.time - first.time)) * 1000;
    return (total - last.sent) / bytesPerSecond;
  }
}
