import { ConcurrencyLimiter } from "../concurrency-limiter";
import type { UnfinishedUpload } from "../unfinished-uploads";
import type { UploadContext } from "../upload-context";
import { FakeTime } from "./fake-time";
import type { FakeTransport } from "./fake-transport";

/** Creates an upload context whose clock, network, records and randomness the test controls. */
export function fakeUploadContext({
  transport,
  sha256 = async () => "c2hh",
  limiter = new ConcurrencyLimiter(1),
}: {
  transport: FakeTransport;
  sha256?: UploadContext["sha256"];
  limiter?: ConcurrencyLimiter;
}) {
  const time = new FakeTime();
  const savedRecords = new Map<string, UnfinishedUpload>();
  const lockedIds = new Set<string>();
  const randomness = { next: 0 };
  const waiting = new Set<() => void>();
  const partLimiter = new ConcurrencyLimiter(4);
  const network = {
    isOnline: true,
    reconnect: () => {
      network.isOnline = true;
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
  };
  let keys = 0;
  const context: UploadContext = {
    transport,
    sha256,
    now: time.now,
    wait: time.wait,
    network: {
      isOnline: () => network.isOnline,
      waitUntilOnline: () => new Promise((resolve) => void waiting.add(resolve)),
    },
    random: () => randomness.next,
    newKey: () => `key-${++keys}`,
    acquireUploadSlot: (signal) => limiter.acquire(signal),
    acquirePartSlot: (signal) => partLimiter.acquire(signal),
    uploadStore: {
      save: (record) => {
        savedRecords.set(record.id, record);
        lockedIds.add(record.id);
      },
      release: (id) => void lockedIds.delete(id),
      remove: (id) => {
        savedRecords.delete(id);
        lockedIds.delete(id);
      },
    },
  };
  return { context, time, network, savedRecords, lockedIds, randomness };
}
