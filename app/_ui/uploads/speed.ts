const WINDOW = 8_000;
const ENOUGH = 800;

/** How fast bytes leave, over the last seconds, so that a slow start or a tunnel is forgotten soon. Milliseconds and bytes. */
export class Speed {
  readonly #seen: { at: number; sent: number }[] = [];

  add(at: number, sent: number): void {
    this.#seen.push({ at, sent });
    while ((this.#seen[0]?.at ?? at) < at - WINDOW) this.#seen.shift();
  }

  /** Undefined until there is something to go by. */
  secondsLeft(total: number): number | undefined {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (!first || !last || last.at - first.at < ENOUGH || last.sent <= first.sent) return undefined;
    const perSecond = ((last.sent - first.sent) / (last.at - first.at)) * 1000;
    return (total - last.sent) / perSecond;
  }
}
