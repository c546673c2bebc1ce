import { afterAll, beforeAll, beforeEach } from "vitest";
import type { AppContext } from "../../app-context";
import { emptyTrail } from "../../audit/testing/trail-fixture";
import type { Prisma } from "../../db/generated/client";
import { newId, randomName } from "../../id";
import type { Storage } from "../../storage/storage";
import { createSweepFixture, type SweepFixture } from "../../uploads/testing/sweep-fixture";
import { type PurgeTarget, schedulePurge } from "../purge";

/**
 * Sets up a sweep fixture for a test file and deletes all purges and trail entries before each
 * test. Call it at the top level of the file.
 */
export function setUpPurgeFixture() {
  let current: SweepFixture | undefined;
  beforeAll(async () => {
    current = await createSweepFixture();
  });
  beforeEach(async () => {
    await fixture().db.purge.deleteMany();
    await fixture().db.receipt.deleteMany();
    await emptyTrail(fixture().db);
  });
  afterAll(() => current?.drop());

  function fixture(): SweepFixture {
    if (!current) throw new Error("The fixture does not exist before the first test.");
    return current;
  }

  /** The private storage with some methods replaced. */
  function storageWith(overrides: Partial<Storage>): Storage {
    return new Proxy(fixture().storages.private, {
      get: (storage, name) => {
        const override = Reflect.get(overrides, name);
        if (override !== undefined) return override;
        const value = Reflect.get(storage, name, storage);
        return typeof value === "function" ? value.bind(storage) : value;
      },
    });
  }

  return {
    get sweepFixture(): SweepFixture {
      return fixture();
    },
    get context(): AppContext {
      return fixture().context;
    },
    schedulePurges: (targets: readonly PurgeTarget[], inSeconds = 0) =>
      fixture().db.$transaction((tx) => schedulePurge(tx, fixture().context, targets, inSeconds)),
    withLaterClock: (seconds: number): AppContext => ({
      ...fixture().context,
      clock: { now: () => fixture().dateFromNow(seconds) },
    }),
    listReceipts: () => fixture().db.trail.findMany({ orderBy: { seq: "asc" } }),
    listPurges: () => fixture().db.purge.findMany({ orderBy: { prefix: "asc" } }),
    withPrivate: (overrides: Partial<Storage>): AppContext => ({
      ...fixture().context,
      storages: { ...fixture().storages, private: storageWith(overrides) },
    }),
    /** Stores a medical letter with two objects. Changes replace columns of its row. */
    async createDocument(ownerId: string, changes: Partial<Prisma.FileUncheckedCreateInput> = {}) {
      const { prefix } = await this.createFolder(2);
      const id = newId();
      await fixture().db.file.create({
        data: {
          id,
          ownerId,
          field: "medicalLetter",
          name: "letter.pdf",
          type: "application/pdf",
          size: 1000,
          sha256: "the hash",
          prefix,
          visibility: "private",
          status: "approved",
          ...changes,
        },
      });
      await fixture().db.user.update({ where: { id: ownerId }, data: { storedBytes: { increment: 1000 } } });
      return { id, prefix };
    },
    /** Creates a file's prefix with this number of objects. Returns the target that purges it. */
    async createFolder(objects: number, storage: "public" | "private" = "private") {
      const prefix = `${storage === "public" ? "pictures" : "files"}/${randomName()}/`;
      await fixture().putObjects(
        storage,
        ...Array.from({ length: objects }, (_, index) => `${prefix}${index}`),
      );
      return { storage, prefix, fileId: newId(), reason: "withdrawn" as const };
    },
  };
}
