import { Lanes } from "../lanes";
import type { Tools } from "../tools";
import type { Unfinished } from "../unfinished";
import { FakeTime } from "./fake-time";
import type { FakeTransport } from "./fake-transport";

/** What an upload works with, all of it in a test's hands. */
export function fakeTools({
  transport,
  sha256 = async () => "c2hh",
  lanes = new Lanes(1),
}: {
  transport: FakeTransport;
  sha256?: Tools["sha256"];
  lanes?: Lanes;
}) {
  const time = new FakeTime();
  const net = { online: true, back: () => {} };
  const remembered = new Map<string, Unfinished>();
  const held = new Set<string>();
  const chance = { next: 0 };
  const waiting = new Set<() => void>();
  const partLanes = new Lanes(4);
  net.back = () => {
    net.online = true;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  let keys = 0;
  const tools: Tools = {
    transport,
    sha256,
    now: time.now,
    wait: time.wait,
    online: { is: () => net.online, back: () => new Promise((resolve) => void waiting.add(resolve)) },
    random: () => chance.next,
    newKey: () => `key-${++keys}`,
    turn: (signal) => lanes.enter(signal),
    partTurn: (signal) => partLanes.enter(signal),
    unfinished: {
      keep: (record) => {
        remembered.set(record.id, record);
        held.add(record.id);
      },
      release: (id) => void held.delete(id),
      forget: (id) => {
        remembered.delete(id);
        held.delete(id);
      },
    },
  };
  return { tools, time, net, remembered, held, chance };
}
