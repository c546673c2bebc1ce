import { ConcurrencyLimiter } from "../concurrency-limiter";
import type { UploadContext } from "../upload-context";
import type { UnfinishedUpload } from "../unfinished-uploads";
import { FakeTime } from "./fake-time";
import type { FakeTransport } from "./fake-transport";

/** What an upload works with, all of it in a test's hands. */
export function fakeUploadContext({
  transport,
  sha256 = async () => "c2hh",
  limiter: lanes = new ConcurrencyLimiter(1),
}: {
  transport: FakeTransport;
  sha256?: UploadContext["sha256"];
  limiter?: ConcurrencyLimiter;
}) {
  const time = new FakeTime();
  const network = { online: true, back: () => {} };
  const savedRecords = new Map<string, UnfinishedUpload>();
  const lockedIds = new Set<string>();
  const randomness = { next: 0 };
  const waiting = new Set<() => void>();
  const partLanes = new ConcurrencyLimiter(4);
  network.back = () => {
    network.online = true;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  let keys = 0;
  const tools: UploadContext = {
    transport,
    sha256,
    now: time.now,
    wait: time.wait,
    network: { isOnline: () => network.online, waitUntilOnline: () => new Promise((resolve) => void waiting.add(resolve)) },
    random: () => randomness.next,
    newKey: () => `key-${++keys}`,
    acquireUploadSlot: (signal) => lanes.acquire(signal),
    acquirePartSlot: (signal) => partLanes.acquire(signal),
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
  return { tools, time, net: network, remembered: savedRecords, held: lockedIds, chance: randomness };
}
