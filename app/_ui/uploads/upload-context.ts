import { browserTransport } from "./browser-transport";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import { sha256 } from "./sha256";
import type { Transport } from "./transport";
import { browserUploadStore, type UnfinishedUploadStore } from "./unfinished-uploads";

/** What an upload works with; a test brings its own and needs no clock, network or browser. Milliseconds throughout. */
export type UploadContext = {
  transport: Transport;
  /** Standard base64. Rejects where the file can no longer be read, or the page is not secure. */
  sha256(file: Blob): Promise<string>;
  now(): number;
  /** Rejects when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  network: { isOnline(): boolean; waitUntilOnline(signal: AbortSignal): Promise<void> };
  newKey(): string;
  /** 0 to 1. */
  random(): number;
  /** Resolves when it is this upload's turn, with what ends it. */
  acquireUploadSlot(signal: AbortSignal): Promise<() => void>;
  /** The same for one part of a file. */
  acquirePartSlot(signal: AbortSignal): Promise<() => void>;
  uploadStore: UnfinishedUploadStore;
};

/** Two at a time: one alone leaves the line idle while the server checks, more only slow each other down. */
const uploadLimiter = new ConcurrencyLimiter(2);
/** Over all files: browsers open six connections to a host at most, and where that host is ours, questions need one as well. */
const partLimiter = new ConcurrencyLimiter(4);

export const browserUploadContext: UploadContext = {
  transport: browserTransport,
  sha256,
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(done, milliseconds);
      function done() {
        signal.removeEventListener("abort", aborted);
        resolve();
      }
      function aborted() {
        clearTimeout(timer);
        reject(signal.reason);
      }
      if (signal.aborted) aborted();
      else signal.addEventListener("abort", aborted, { once: true });
    }),
  network: {
    isOnline: () => navigator.onLine,
    waitUntilOnline: (signal) =>
      new Promise((resolve, reject) => {
        const ended = new AbortController();
        const end = (finish: () => void) => () => {
          ended.abort();
          finish();
        };
        window.addEventListener("online", end(resolve), { signal: ended.signal });
        signal.addEventListener(
          "abort",
          end(() => reject(signal.reason)),
          { signal: ended.signal },
        );
        if (signal.aborted) end(() => reject(signal.reason))();
        else if (navigator.onLine) end(resolve)();
      }),
  },
  // `randomUUID` is kept to secure pages, where this has to tell that a page is not.
  newKey: () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-"),
  random: () => Math.random(),
  acquireUploadSlot: (signal) => uploadLimiter.acquire(signal),
  acquirePartSlot: (signal) => partLimiter.acquire(signal),
  uploadStore: browserUploadStore,
};
