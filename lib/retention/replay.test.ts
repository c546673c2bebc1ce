import { beforeEach, describe, expect, test, vi } from "vitest";
import type { CrashPoint } from "../crash-points";
import { Problem } from "../errors";
import { executeDuePurges } from "../files/due-purges";
import { setUpPurgeFixture } from "../files/testing/purge-fixture";
import { hasTombstone, TOMBSTONE_PREFIX } from "../files/tombstones";
import { withdrawFile } from "../files/withdraw-file";
import { newId } from "../id";
import { work } from "../jobs/work";
import type { Viewer } from "../permissions/viewer";
import { deleteEndedTombstones } from "./end-tombstones";
import { replayCompletely, replayTombstones } from "./replay";
import { runRetention } from "./run-retention";

const fixture = setUpPurgeFixture();
const DAY = 24 * 3600;
const NOTHING = { replayed: 0, people: 0, renewed: 0, unreadable: [], destroyed: 0, failed: 0 };

beforeEach(async () => {
  const { db, storages } = fixture.sweepFixture;
  await db.file.deleteMany();
  await db.retentionRun.deleteMany();
  await storages.private.removeMany(await listTombstones());
});

const listTombstones = () => fixture.sweepFixture.listKeys("private", TOMBSTONE_PREFIX);
const listKeys = (prefix: string) => fixture.sweepFixture.listKeys("private", prefix);
const findFile = (id: string) => fixture.sweepFixture.db.file.findUniqueOrThrow({ where: { id } });
const tombstoneOf = (id: string) => `${TOMBSTONE_PREFIX}${id}`;

/** Stores a document that its owner withdraws. Returns how to bring its row and bytes back. */
async function withdrawDocument(publicPrefix: string | null = null) {
  const { db, createMember } = fixture.sweepFixture;
  const ownerId = await createMember();
  const { id, prefix } = await fixture.createDocument(ownerId, { publicPrefix });
  const row = await findFile(id);
  const viewer: Viewer = { id: ownerId, name: "Ada", email: "", handle: "", role: "member", grants: [] };
  await withdrawFile(fixture.context, viewer, id);
  return {
    id,
    ownerId,
    prefix,
    restoreRow: async () => {
      const { publicPrefix, status, slot, purgedAt } = row;
      await db.file.update({ where: { id }, data: { publicPrefix, status, slot, purgedAt } });
      await db.user.update({ where: { id: ownerId }, data: { storedBytes: { increment: 1000 } } });
      await db.receipt.deleteMany({ where: { fileId: id } });
    },
    restoreBytes: () => fixture.sweepFixture.putObjects("private", `${prefix}original`),
  };
}

/** Replaces the content of a tombstone, as a person could who may write the bucket. */
async function editTombstone(id: string, content: string): Promise<void> {
  const { private: storage } = fixture.sweepFixture.storages;
  await storage.remove(tombstoneOf(id));
  await storage.put(tombstoneOf(id), Buffer.from(content), {
    type: "application/json",
    size: Buffer.byteLength(content),
  });
}

describe("a replay", () => {
  test("changes nothing if no backup was restored", async () => {
    const { id } = await withdrawDocument();
    const purgedAt = (await findFile(id)).purgedAt;
    expect(await replayCompletely(fixture.context)).toEqual({ ...NOTHING, tombstones: 1 });
    expect((await findFile(id)).purgedAt).toEqual(purgedAt);
  });

  test("ends a file whose row an older database has", async () => {
    const file = await withdrawDocument();
    await file.restoreRow();
    expect(await replayTombstones(fixture.context)).toMatchObject({ tombstones: 1, replayed: 1 });
    expect(await findFile(file.id)).toMatchObject({ status: "withdrawn", purgedAt: expect.any(Date) });
    expect(await fixture.sweepFixture.findQuota(file.ownerId)).toMatchObject({ storedBytes: 0 });
    await executeDuePurges(fixture.context);
    const receipt = await fixture.sweepFixture.db.receipt.findUnique({ where: { fileId: file.id } });
    expect(receipt).toMatchObject({ reason: "withdrawn" });
  });

  test("deletes bytes that an older bucket has, and its public copies", async () => {
    const { putObjects, listKeys: list } = fixture.sweepFixture;
    const publicPrefix = `pictures/${newId()}/`;
    const file = await withdrawDocument(publicPrefix);
    await file.restoreBytes();
    await putObjects("public", `${publicPrefix}copy`);
    expect(await replayTombstones(fixture.context)).toMatchObject({ replayed: 0 });
    expect(await replayCompletely(fixture.context)).toMatchObject({ replayed: 1, destroyed: 2, failed: 0 });
    expect([await list("private", file.prefix), await list("public", publicPrefix)]).toEqual([[], []]);
    const { db } = fixture.sweepFixture;
    expect(await db.receipt.count({ where: { fileId: file.id } })).toBe(1);
  });

  test("writes the tombstones again that a replaced bucket has lost", async () => {
    const files = [await withdrawDocument(), await withdrawDocument()];
    await fixture.sweepFixture.storages.private.removeMany(await listTombstones());
    for (const file of files) await file.restoreBytes();
    expect(await replayCompletely(fixture.context)).toMatchObject({ renewed: 2, replayed: 2, failed: 0 });
    expect(await listTombstones()).toEqual(files.map(({ id }) => tombstoneOf(id)));
    for (const { prefix } of files) expect(await listKeys(prefix)).toEqual([]);
  });

  test("deletes bytes of a file that the database does not know", async () => {
    const file = await withdrawDocument();
    await fixture.sweepFixture.db.file.delete({ where: { id: file.id } });
    await file.restoreBytes();
    expect(await replayCompletely(fixture.context)).toMatchObject({ replayed: 1, destroyed: 1 });
    expect(await listKeys(file.prefix)).toEqual([]);
  });

  test("leaves bytes to the purge that is about to delete them", async () => {
    const file = await withdrawDocument();
    await file.restoreBytes();
    const target = { storage: "private", prefix: file.prefix, fileId: file.id, reason: "withdrawn" } as const;
    await fixture.schedulePurges([target], 60);
    expect(await replayCompletely(fixture.context)).toMatchObject({ replayed: 0 });
    expect(await fixture.listPurges()).toHaveLength(1);
  });

  test("ends a file under a hold: its bytes were destroyed without one", async () => {
    const file = await withdrawDocument();
    await file.restoreRow();
    const hold = { fileId: file.id, reason: "A court", byId: newId(), createdAt: new Date() };
    await fixture.sweepFixture.db.hold.create({ data: { id: newId(), ...hold } });
    expect(await replayTombstones(fixture.context)).toMatchObject({ replayed: 1 });
  });

  test("only counts with isDryRun", async () => {
    const [row, bytes] = [await withdrawDocument(), await withdrawDocument()];
    await row.restoreRow();
    await bytes.restoreBytes();
    const result = await replayCompletely(fixture.context, { isDryRun: true });
    expect(result).toEqual({ ...NOTHING, tombstones: 2, replayed: 2 });
    expect((await findFile(row.id)).purgedAt).toBeNull();
    expect(await listKeys(bytes.prefix)).toHaveLength(1);
    expect(await fixture.sweepFixture.db.retentionRun.count()).toBe(0);
  });

  test("destroys each file once while another replay works", async () => {
    const files = await Promise.all(Array.from({ length: 12 }, () => withdrawDocument()));
    for (const file of files) await file.restoreRow();
    const results = await Promise.all([1, 2].map(() => replayCompletely(fixture.context)));
    expect(results.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(12);
    await executeDuePurges(fixture.withLaterClock(600));
    for (const { id, ownerId } of files) {
      expect((await findFile(id)).purgedAt).not.toBeNull();
      expect(await fixture.sweepFixture.findQuota(ownerId)).toMatchObject({ storedBytes: 0 });
      expect(await fixture.sweepFixture.db.receipt.count({ where: { fileId: id } })).toBe(1);
    }
  });

  test("is completed by the next one after it was killed", async () => {
    for (const point of ["purge.scheduled", "purge.marked", "purge.removed"] as CrashPoint[]) {
      const file = await withdrawDocument();
      await file.restoreRow();
      await file.restoreBytes();
      const onCrashPoint = async (passed: CrashPoint) => {
        if (passed === point) throw new Error("killed");
      };
      await replayCompletely({ ...fixture.context, onCrashPoint }).catch(() => undefined);
      await replayCompletely(fixture.withLaterClock(3600));
      expect((await findFile(file.id)).purgedAt).not.toBeNull();
      expect(await listKeys(file.prefix)).toEqual([]);
    }
  });

  test("names a changed tombstone, and goes on with the others", async () => {
    const [first, second, third] = [
      await withdrawDocument(),
      await withdrawDocument(),
      await withdrawDocument(),
    ];
    for (const file of [first, second, third]) await file.restoreRow();
    for (const file of [second, third]) await file.restoreBytes();
    await editTombstone(first.id, "rubbish");
    await editTombstone(second.id, JSON.stringify({ version: 1, prefix: "files/", reason: "withdrawn" }));
    await fixture.sweepFixture.putObjects("private", `${TOMBSTONE_PREFIX}no-file`);
    const result = await replayCompletely(fixture.context);
    expect(result).toMatchObject({ replayed: 3, failed: 0 });
    expect(result.unreadable.toSorted()).toEqual(
      [tombstoneOf(first.id), tombstoneOf(second.id), `${TOMBSTONE_PREFIX}no-file`].toSorted(),
    );
    for (const { id, prefix } of [first, second, third]) {
      expect((await findFile(id)).purgedAt).not.toBeNull();
      expect(await listKeys(prefix)).toEqual([]);
    }
  });

  test("deletes nothing outside the file that a tombstone is about", async () => {
    const [file, other] = [await withdrawDocument(), await withdrawDocument()];
    await other.restoreRow();
    await other.restoreBytes();
    const { private: storage } = fixture.sweepFixture.storages;
    await storage.remove(tombstoneOf(other.id));
    const content = { version: 1, reason: "withdrawn", destroyedAt: new Date().toISOString() };
    const replayWith = async (prefix: string) => {
      await editTombstone(file.id, JSON.stringify({ ...content, prefix }));
      return replayCompletely(fixture.context);
    };
    const prefixes = [other.prefix, "files/", "", "trail/heads/"];
    const refused = { replayed: 0, unreadable: [tombstoneOf(file.id)] };
    const unknown = (await fixture.createFolder(1)).prefix;
    for (const prefix of [...prefixes, unknown]) expect(await replayWith(prefix)).toMatchObject(refused);
    await fixture.sweepFixture.db.file.delete({ where: { id: file.id } });
    for (const prefix of prefixes) expect(await replayWith(prefix)).toMatchObject(refused);
    expect(await listKeys(other.prefix)).toHaveLength(1);
  });

  test("starts nothing after its signal", async () => {
    const file = await withdrawDocument();
    await file.restoreRow();
    expect(await replayTombstones(fixture.context, AbortSignal.abort())).toMatchObject({ replayed: 0 });
  });
});

describe("a tombstone", () => {
  const refuse = () => Promise.reject(new Problem("unavailable", "The store is away."));

  test("is there before the first byte goes", async () => {
    const target = await fixture.createFolder(1);
    await fixture.schedulePurges([target]);
    const removeMany = vi.fn(async (keys: readonly string[]) => {
      expect(await hasTombstone(fixture.context, target.fileId)).toBe(true);
      await fixture.sweepFixture.storages.private.removeMany(keys);
    });
    await executeDuePurges(fixture.withPrivate({ removeMany }));
    expect(removeMany).toHaveBeenCalledOnce();
  });

  test("that the store refuses keeps the bytes for a later run", async () => {
    const target = await fixture.createFolder(2);
    await fixture.schedulePurges([target]);
    expect(await executeDuePurges(fixture.withPrivate({ put: refuse }))).toEqual({ destroyed: 0, failed: 1 });
    expect(await listKeys(target.prefix)).toHaveLength(2);
    expect(await executeDuePurges(fixture.withLaterClock(60))).toEqual({ destroyed: 1, failed: 0 });
    expect(await listKeys(target.prefix)).toEqual([]);
  });

  test("is not written for a copy or a crop", async () => {
    const target = await fixture.createFolder(1);
    const reasons = ["hidden", "recropped", "unused"] as const;
    await fixture.schedulePurges(reasons.map((reason) => ({ ...target, reason })));
    await executeDuePurges(fixture.context);
    expect(await listTombstones()).toEqual([]);
  });

  test("ends after the last backup and a margin", async () => {
    const { id } = await withdrawDocument();
    const endAfter = (days: number) => deleteEndedTombstones(fixture.withLaterClock(days * DAY));
    expect(await endAfter(36.9)).toBe(0);
    expect(await hasTombstone(fixture.context, id)).toBe(true);
    expect(await endAfter(37.1)).toBe(1);
    expect(await hasTombstone(fixture.context, id)).toBe(false);
  });

  test("lives by its own date, not by that of its object", async () => {
    const { id } = await withdrawDocument();
    const destroyedAt = fixture.sweepFixture.dateFromNow(300 * DAY).toISOString();
    const content = { version: 1, prefix: "files/a/", reason: "withdrawn", destroyedAt };
    await editTombstone(id, JSON.stringify(content));
    expect(await deleteEndedTombstones(fixture.withLaterClock(100 * DAY))).toBe(0);
    expect(await deleteEndedTombstones(fixture.withLaterClock(338 * DAY))).toBe(1);
  });
});

describe("jobs", () => {
  test("the retention job replays, and goes on if the store is away", async () => {
    const file = await withdrawDocument();
    await file.restoreRow();
    const list = () => {
      throw new Problem("unavailable", "The store is away.");
    };
    expect(await runRetention(fixture.withPrivate({ list }))).toMatchObject({ replayed: 0, failed: 1 });
    expect(await runRetention(fixture.context)).toMatchObject({ replayed: 1, failed: 0 });
    expect((await findFile(file.id)).purgedAt).not.toBeNull();
  });

  test("the work job replays after two hours without a run", async () => {
    const file = await withdrawDocument();
    await runRetention(fixture.context);
    await file.restoreRow();
    await file.restoreBytes();
    expect(await work(fixture.withLaterClock(3600))).toMatchObject({ replayed: 0 });
    expect(await work(fixture.withLaterClock(2.1 * 3600))).toMatchObject({ replayed: 1 });
    expect(await listKeys(file.prefix)).toEqual([]);
    expect(await work(fixture.withLaterClock(2.2 * 3600))).toMatchObject({ replayed: 0 });
  });
});
