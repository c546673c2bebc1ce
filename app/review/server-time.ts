/**
 * What time it is on the server, as far as this browser can know. Every answer that carries the server's time was already on its way for a
 * while, so each makes the server look slower than it is; the largest difference seen is the nearest one. A page that the browser kept and
 * shows again does no harm for the same reason. All in milliseconds since 1970.
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
