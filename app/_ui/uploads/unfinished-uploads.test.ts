import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isSameFile } from "./same-file";
import { browserUploadStore, type UnfinishedUpload, listUnfinishedUploads, watchUnfinishedUploads } from "./unfinished-uploads";

/** Now, by its first twelve digits. */
const YOUNG = `${hex(Date.now())}-7000-8000-000000000001`;
const OLD = `${hex(Date.now() - 49 * 3_600_000)}-7000-8000-000000000002`;

let kept: Map<string, string>;
let held: { name: string }[];
let requested: string[];

beforeEach(() => {
  kept = new Map();
  held = [];
  requested = [];
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal("navigator", {
    locks: {
      query: async () => ({ held }),
      request: async (name: string) => void requested.push(name),
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

function record(more: Partial<UnfinishedUpload> = {}): UnfinishedUpload {
  const file = { name: "contract.pdf", size: 70, lastModified: 5 };
  return { id: YOUNG, owner: "ada", field: "contract", ...file, ...more };
}

/** As an earlier page has left it. */
function leave(...records: unknown[]): void {
  kept.set("unfinished-uploads", JSON.stringify(records));
}

describe("what a device remembers of an upload", () => {
  test("is what it takes to recognise the file, and nothing of what is in it", () => {
    browserUploadStore.save(record());
    expect([...kept.values()].map((text) => JSON.parse(text))).toEqual([
      [{ id: YOUNG, owner: "ada", field: "contract", name: "contract.pdf", size: 70, lastModified: 5 }],
    ]);
  });

  test("is gone with its end, and leaves no empty list behind", () => {
    browserUploadStore.save(record());
    browserUploadStore.remove(YOUNG);
    expect(kept.size).toBe(0);
  });

  test("is shown to its owner, in its field, and to nobody else", async () => {
    leave(record());
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([record()]);
    expect(await listUnfinishedUploads("grace", "contract")).toEqual([]);
    expect(await listUnfinishedUploads("ada", "medicalLetter")).toEqual([]);
  });

  test("is forgotten after two days, whoever looks", async () => {
    leave(record({ id: OLD, owner: "ada" }));
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    expect(await listUnfinishedUploads("grace", "contract")).toEqual([]);
    expect(kept.size, "and taken from the device").toBe(0);
  });

  test("is not offered while this page sends it, and is once this page has not", async () => {
    browserUploadStore.save(record());
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    expect(requested, "other pages are told").toEqual([YOUNG]);
    browserUploadStore.remove(YOUNG);
    leave(record());
    expect(await listUnfinishedUploads("ada", "contract")).toHaveLength(1);
  });

  test("is offered again where this page lets it go, told once the other pages know", async () => {
    vi.stubGlobal("navigator", {
      locks: {
        query: async () => ({ held }),
        request: async (name: string, _: unknown, during: () => Promise<void>) => {
          held = [{ name }];
          await during();
          held = [];
        },
      },
    });
    browserUploadStore.save(record());
    const offered = new Promise((resolve) => {
      const stop = watchUnfinishedUploads(() => {
        stop();
        resolve(listUnfinishedUploads("ada", "contract"));
      });
    });
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    browserUploadStore.release(YOUNG);
    expect(await offered).toEqual([record()]);
  });

  test("is not offered while another page sends it", async () => {
    leave(record());
    held = [{ name: YOUNG }];
    expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
  });

  test.each([["not JSON {"], ['{"id":1}'], ['[1,null,{"id":"x"}]']])(
    "that is %j is nothing",
    async (text) => {
      kept.set("unfinished-uploads", text);
      expect(await listUnfinishedUploads("ada", "contract")).toEqual([]);
    },
  );

  test("is nothing, and no trouble, where the browser keeps its storage to itself", async () => {
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

  test("is told to whoever watches when it changes here, or in another page", () => {
    let heard = 0;
    const stop = watchUnfinishedUploads(() => {
      heard += 1;
    });
    browserUploadStore.save(record());
    expect(heard).toBe(1);
    window.dispatchEvent(Object.assign(new Event("storage"), { key: "unfinished-uploads" }));
    window.dispatchEvent(Object.assign(new Event("storage"), { key: "theme" }));
    expect(heard).toBe(2);
    stop();
    browserUploadStore.remove(YOUNG);
    expect(heard).toBe(2);
  });
});

test("the same file is one of the same name, size and date", () => {
  const file = new File([new Uint8Array(70)], "contract.pdf", { lastModified: 5 });
  expect(isSameFile(record(), file)).toBe(true);
  expect(isSameFile(record({ name: "other.pdf" }), file)).toBe(false);
  expect(isSameFile(record({ size: 71 }), file)).toBe(false);
  expect(isSameFile(record({ lastModified: 6 }), file)).toBe(false);
});
