import { afterAll, beforeAll, beforeEach } from "vitest";
import type { AppContext } from "../../app-context";
import { newId, randomName } from "../../id";
import type { Storage } from "../../storage/storage";
import { type SweepFixture, createSweepFixture } from "../../uploads/testing/sweep-fixture";
import { type PurgeTarget, schedulePurge } from "../purge";

/** A yard in which bytes are doomed and destroyed; no purge and no receipt is there when a test begins. Call it in a test file, outside of tests. */
export function usePurgeFixture() {
  let yard: SweepFixture | undefined;
  beforeAll(async () => {
    yard = await createSweepFixture();
  });
  beforeEach(async () => {
    await there().db.purge.deleteMany();
    await there().db.trail.deleteMany();
  });
  afterAll(() => yard?.drop());

  function there(): SweepFixture {
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
    get yard(): SweepFixture {
      return there();
    },
    get deps(): AppContext {
      return there().deps;
    },
    write: (doomed: readonly PurgeTarget[], inSeconds = 0) =>
      there().db.$transaction((tx) => schedulePurge(tx, there().deps, doomed, inSeconds)),
    later: (seconds: number): AppContext => ({ ...there().deps, clock: { now: () => there().from(seconds) } }),
    receipts: () => there().db.trail.findMany({ orderBy: { seq: "asc" } }),
    rows: () => there().db.purge.findMany({ orderBy: { prefix: "asc" } }),
    withPrivate: (replaced: Partial<Storage>): AppContext => ({
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
