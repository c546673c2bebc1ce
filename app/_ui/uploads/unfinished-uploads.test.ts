import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isSameFile } from "./same-file";
import {
  browserUploadStore,
  listUnfinishedUploads,
  type UnfinishedUpload,
  watchUnfinishedUploads,
} from "./unfinished-uploads";

/** A UUIDv7 whose first twelve digits are the current time. */
const YOUNG = `${hex(Date.now())}-7000-8000-000000000001`;
const OLD = `${hex(Date.now() - 49 * 3_600_000)}-7000-8000-000000000002`;

let stored: Map<string, string>;
let heldLocks: { name: string }[];
let requestedLocks: string[];

beforeEach(() => {
  stored = new Map();
  heldLocks = [];
  requestedLocks = [];
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  vi.stubGlobal("navigator", {
    locks: {
      query: async () => ({ held: heldLocks }),
      request: async (name: string) => void requestedLocks.push(name),
    },
  });
  vi.stubGlobal("window", new EventTarget());
});
afterEach(() => {
  for (const id of [YOUNG, OLD]) browserUploadStore.remove(id);
  vi.unstubAllGlobals();
});

function hex(milliseconds: number): string {
  const digits = milliseconds.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}

function record(overrides: Partial<UnfinishedUpload> = {}): UnfinishedUpload {
  const file = { name: "contract.pdf", size: 70, lastModified: 5 };
  return { id: YOUNG, owner: "ada", field: "contract", ...file, ...overrides };
}

/** Stores records as an earlier page would have done. */
function storeRecords(...records: unknown[]): void {
  stored.set("unfinished-uploads", JSON.stringify(records));
}

describe("the record of an unfinished upload", () => {
  test("identifies the file and holds none of its content", () => {
    browserUploadStore.save(record());
    expect([...stored.values()].map((text) => JSON.parse(text))).toEqual([
      [{ id: YOUNG, owner: "ada", field: "contract", name: "contract.pdf", size: 70, lastModified: 5 }],
    ]);
  });

  test("is removed without leaving an empty list", () => {
    browserUploadStore.save(record());
    browserUploadStore.remove(YOUNG);
    expect(stored.size).toBe(0);
  });

  test("is listed only for its owner and its field", async () => {
    storeRecords(record());
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([record()]);
    expect(await listUnfinishedUploads("grace", "contract")).toEqual([]);
    expect(await listUnfinishedUploads("ada", "medicalLetter")).toEqual([]);
  });

  test("is removed after two days, for every member", async () => {
    storeRecords(record({ id: OLD, owner: "ada" }));
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    expect(await listUnfinishedUploads("grace", "contract")).toEqual([]);
    expect(stored.size, "removed from the device").toBe(0);
  });

  test("is listed only when this page does not send it", async () => {
    browserUploadStore.save(record());
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    expect(requestedLocks, "locked for other pages").toEqual([YOUNG]);
    browserUploadStore.remove(YOUNG);
    storeRecords(record());
    expect(await listUnfinishedUploads("ada", "contract")).toHaveLength(1);
  });

  test("is listed again after this page has released its lock", async () => {
    vi.stubGlobal("navigator", {
      locks: {
        query: async () => ({ held: heldLocks }),
        request: async (name: string, _: unknown, callback: () => Promise<void>) => {
          heldLocks = [{ name }];
          await callback();
          heldLocks = [];
        },
      },
    });
    browserUploadStore.save(record());
    const listed = new Promise((resolve) => {
      const stop = watchUnfinishedUploads(() => {
        stop();
        resolve(listUnfinishedUploads("ada", "contract"));
      });
    });
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    browserUploadStore.release(YOUNG);
    expect(await listed).toEqual([record()]);
  });

  test("is not listed while another page sends it", async () => {
    storeRecords(record());
    heldLocks = [{ name: YOUNG }];
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
  });

  test.each([["not JSON {"], ['{"id":1}'], ['[1,null,{"id":"x"}]']])(
    "is ignored if it is malformed: %j",
    async (text) => {
      stored.set("unfinished-uploads", text);
      expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    },
  );

  test("is skipped without an error if the browser denies localStorage", async () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new DOMException("Denied", "SecurityError");
      },
      setItem: () => {
        throw new DOMException("Denied", "SecurityError");
      },
    });
    browserUploadStore.save(record());
    expect(await listUnfinishedUploads("grace", "contract")).toEqual([]);
  });

  test("notifies listeners of changes in this page and in others", () => {
    let notifications = 0;
    const stop = watchUnfinishedUploads(() => {
      notifications += 1;
    });
    browserUploadStore.save(record());
    expect(notifications).toBe(1);
    window.dispatchEvent(Object.assign(new Event("storage"), { key: "unfinished-uploads" }));
    window.dispatchEvent(Object.assign(new Event("storage"), { key: "theme" }));
    expect(notifications).toBe(2);
    stop();
    browserUploadStore.remove(YOUNG);
    expect(notifications).toBe(2);
  });
});

test("isSameFile compares name, size and date", () => {
  const file = new File([new Uint8Array(70)], "contract.pdf", { lastModified: 5 });
  expect(isSameFile(record(), file)).toBe(true);
  expect(isSameFile(record({ name: "other.pdf" }), file)).toBe(false);
  expect(isSameFile(record({ size: 71 }), file)).toBe(false);
  expect(isSameFile(record({ lastModified: 6 }), file)).toBe(false);
});
