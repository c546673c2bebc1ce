import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Deps } from "../../deps";
import { newId, randomName } from "../../id";
import type { Storage } from "../../storage/storage";
import { type TestYard, testYard } from "../../uploads/testing/yard";
import { type Doomed, doom } from "../purge";

/** A yard in which bytes are doomed and destroyed; no purge and no receipt is there when a test begins. Call it in a test file, outside of tests. */
export function purgeYard() {
  let yard: TestYard | undefined;
  beforeAll(async () => {
    yard = await testYard();
  });
  beforeEach(async () => {
    await there().db.purge.deleteMany();
    await there().db.trail.deleteMany();
  });
  afterAll(() => yard?.drop());

  function there(): TestYard {
    if (!yard) throw new Error("The yard is there when the tests begin, and not before.");
    return yard;
  }

  /** The store, but for what is replaced. */
  function storageWith(replaced: Partial<Storage>): Storage {
    return new Proxy(there().storages.private, {
      get: (store, name) => {
        const own = Reflect.get(replaced, name);
        if (own !== undefined) return own;
        const value = Reflect.get(store, name, store);
        return typeof value === "function" ? value.bind(store) : value;
      },
    });
  }

  return {
    get yard(): TestYard {
      return there();
    },
    get deps(): Deps {
      return there().deps;
    },
    write: (doomed: readonly Doomed[], inSeconds = 0) =>
      there().db.$transaction((tx) => doom(tx, there().deps, doomed, inSeconds)),
    later: (seconds: number): Deps => ({ ...there().deps, clock: { now: () => there().from(seconds) } }),
    receipts: () => there().db.trail.findMany({ orderBy: { seq: "asc" } }),
    rows: () => there().db.purge.findMany({ orderBy: { prefix: "asc" } }),
    withPrivate: (replaced: Partial<Storage>): Deps => ({
      ...there().deps,
      storages: { ...there().storages, private: storageWith(replaced) },
    }),
    /** A file's folder with so many objects in it, and what dooms it. */
    async folder(objects: number, storage: "public" | "private" = "private") {
      const prefix = `${storage === "public" ? "pictures" : "files"}/${randomName()}/`;
      await there().put(storage, ...Array.from({ length: objects }, (_, index) => `${prefix}${index}`));
      return { storage, prefix, fileId: newId(), reason: "withdrawn" as const };
    },
  };
}
