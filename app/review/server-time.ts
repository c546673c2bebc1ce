/**
 * Estimates the time on the server, in milliseconds since 1970. A response arrives some time after
 * its date, so every response makes the server clock look slow. The largest difference is the best
 * estimate. A page from the browser's cache has an older date and changes nothing.
 */
export class ServerTime {
  #offset = Number.NEGATIVE_INFINITY;

  observe(serverNow: number, localNow: number): void {
    if (Number.isFinite(serverNow)) this.#offset = Math.max(this.#offset, serverNow - localNow);
  }

  now(localNow: number): number {
    return Number.isFinite(this.#offset) ? localNow + this.#offset : localNow;
  }
}

/** One per browser tab. */
export const serverTime = new ServerTime();
