import { browserTransport } from "./browser-transport";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import { sha256 } from "./sha256";
import type { Transport } from "./transport";
import { browserUploadStore, type UnfinishedUploadStore } from "./unfinished-uploads";

/**
 * Lists what an upload needs from its environment. All times are in milliseconds.
 * Tests pass fakes, so they need no clock, network or browser.
 */
export type UploadContext = {
  transport: Transport;
  /** Standard base64. Rejects if the file cannot be read or the page is not secure. */
  sha256(file: Blob): Promise<string>;
  now(): number;
  /** Rejects when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  network: { isOnline(): boolean; waitUntilOnline(signal: AbortSignal): Promise<void> };
  newKey(): string;
  /** 0 to 1. */
  random(): number;
  /** Waits until this upload may run. Resolves with the function that releases its slot. */
  acquireUploadSlot(signal: AbortSignal): Promise<() => void>;
  /** Waits until one part may be sent. Resolves with the function that releases its slot. */
  acquirePartSlot(signal: AbortSignal): Promise<() => void>;
  uploadStore: UnfinishedUploadStore;
};

/** Two uploads: with one, the connection is idle during the check; more slow each other down. */
const uploadLimiter = new ConcurrencyLimiter(2);
/**
 * Four parts, over all files. Browsers open at most six connections to a host.
 * If the store has the host of the application, API calls need a connection too.
 */
const partLimiter = new ConcurrencyLimiter(4);

/** The context of the browser: its network, its clock and its cryptography. */
export const browserUploadContext: UploadContext = {
  transport: browserTransport,
  sha256,
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(finish, milliseconds);
      function finish() {
        signal.removeEventListener("abort", abort);
        resolve();
      }
      function abort() {
        clearTimeout(timer);
        reject(signal.reason);
      }
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    }),
  network: {
    isOnline: () => navigator.onLine,
    waitUntilOnline: (signal) =>
      new Promise((resolve, reject) => {
        const listeners = new AbortController();
        const settleWith = (settle: () => void) => () => {
          listeners.abort();
          settle();
        };
        const abort = settleWith(() => reject(signal.reason));
        window.addEventListener("online", settleWith(resolve), { signal: listeners.signal });
        signal.addEventListener("abort", abort, { signal: listeners.signal });
        if (signal.aborted) abort();
        else if (navigator.onLine) settleWith(resolve)();
      }),
  },
  // Not `randomUUID`: insecure pages lack it, and the upload must still report such a page.
  newKey: () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-"),
  random: () => Math.random(),
  acquireUploadSlot: (signal) => uploadLimiter.acquire(signal),
  acquirePartSlot: (signal) => partLimiter.acquire(signal),
  uploadStore: browserUploadStore,
};
