import { beforeEach, describe, expect, test } from "vitest";
import { isCampaign } from "../../tests/support/campaign";
import { waitForLocks } from "../../tests/support/wait-for-lock";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import { verifyTrail } from "../audit/verify-trail";
import type { CrashPoint } from "../crash-points";
import type { Prisma } from "../db/generated/client";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { setUpPurgeFixture } from "../files/testing/purge-fixture";
import { newId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { deleteEndedTombstones } from "../retention/end-tombstones";
import { placeHold } from "../retention/holds";
import { replayCompletely } from "../retention/replay";
import { runRetention } from "../retention/run-retention";
import { cancelErasure } from "./ask-erasure";
import { listKeptFiles } from "./kept-files";
import { leave } from "./leave";

const fixture = setUpPurgeFixture();
beforeEach(async () => {
  await fixture.sweepFixture.db.user.deleteMany();
});

const HOUR = 3600;
const DAY = 24 * HOUR;

const findPerson = (id: string) => fixture.sweepFixture.db.user.findUnique({ where: { id } });
const findFile = (id: string) => fixture.sweepFixture.db.file.findUniqueOrThrow({ where: { id } });
const viewerOf = (id: string): Viewer => ({
  id,
  name: "Member",
  email: `${id}@example.org`,
  handle: id,
  role: "member",
  grants: [],
});

/** Creates a member whose erasure is due `due` seconds from now. */
async function createErasedMember(data: Prisma.UserUpdateInput = {}, due = 0): Promise<string> {
  const id = await fixture.sweepFixture.createMember();
  const erasureDueAt = fixture.sweepFixture.dateFromNow(due);
  await fixture.sweepFixture.db.user.update({ where: { id }, data: { erasureDueAt, ...data } });
  return id;
}

/** Ends the last mail of a person as its delivery does. */
const deliver = (recipientId: string) =>
  fixture.sweepFixture.db.mail.updateMany({
    where: { recipientId, template: "erasure-done" },
    data: { state: "sent", endedAt: new Date() },
  });

const createContract = (ownerId: string, changes: Partial<Prisma.FileUncheckedCreateInput> = {}) =>
  fixture.createDocument(ownerId, { field: "contract", status: "stored", ...changes });

describe("the erasure", () => {
  test("does not start a moment before its time", async () => {
    const id = await createErasedMember({}, HOUR);
    const dueAt = (await findPerson(id))?.erasureDueAt ?? new Date();
    const at = (milliseconds: number): AppContext => ({
      ...fixture.context,
      clock: { now: () => new Date(dueAt.getTime() + milliseconds) },
    });
    await runRetention(at(-1));
    expect(await findPerson(id)).toMatchObject({ erasureStartedAt: null, name: "Member" });
    await runRetention(at(0));
    expect(await findPerson(id)).toMatchObject({ erasureStartedAt: dueAt, name: "Deleted account" });
  });

  test("waits while the store is away, and goes on the next day", async () => {
    const id = await createErasedMember();
    const { prefix } = await fixture.createDocument(id);
    const away = () => Promise.reject(new Problem("unavailable", "The store is away."));
    for (let hour = 0; hour < 24; hour += 6) {
      const context = fixture.withPrivate({ removeMany: away });
      const { clock } = fixture.withLaterClock(hour * HOUR);
      await runRetention({ ...context, clock });
    }
    expect(await findPerson(id)).not.toBeNull();
    expect(await fixture.sweepFixture.db.mail.count({ where: { recipientId: id } })).toBe(0);
    const nextDay = fixture.withLaterClock(DAY + HOUR);
    await runRetention(nextDay);
    expect(await fixture.sweepFixture.listKeys("private", prefix)).toEqual([]);
    await deliver(id);
    await runRetention(nextDay);
    expect(await findPerson(id)).toBeNull();
  });

  test("keeps the address for the last mail, at most two days", async () => {
    const id = await createErasedMember();
    await fixture.createDocument(id);
    await runRetention(fixture.context);
    const later = (seconds: number) => runRetention(fixture.withLaterClock(seconds));
    await later(2 * DAY - HOUR);
    expect(await findPerson(id)).toMatchObject({ email: `${id}@example.org` });
    expect(await later(2 * DAY + HOUR)).toMatchObject({ erased: 1 });
    expect(await findPerson(id)).toBeNull();
  });

  test("starts anew when a restored database has the person again", async () => {
    const { db } = fixture.sweepFixture;
    const id = await createErasedMember();
    const { erasureDueAt: _, ...backup } = await db.user.findUniqueOrThrow({ where: { id } });
    const erase = async () => {
      await runRetention(fixture.context);
      await deliver(id);
      await runRetention(fixture.context);
      return findPerson(id);
    };
    expect(await erase()).toBeNull();
    expect(await replayCompletely(fixture.context)).toMatchObject({ people: 0 });
    const session = { id: newId(), token: newId(), expiresAt: fixture.sweepFixture.dateFromNow(DAY) };
    await db.user.create({ data: { ...backup, links: [], sessions: { create: session } } });
    expect(await replayCompletely(fixture.context, { isDryRun: true })).toMatchObject({ people: 1 });
    expect(await findPerson(id)).toMatchObject({ erasureStartedAt: null });
    expect(await replayCompletely(fixture.context)).toMatchObject({ people: 1, unreadable: [] });
    expect(await findPerson(id)).toMatchObject({
      name: "Deleted account",
      erasureStartedAt: expect.any(Date),
    });
    expect(await db.session.count({ where: { userId: id } })).toBe(0);
    expect(await erase()).toBeNull();
  });

  test("has a tombstone until no backup has the person", async () => {
    const id = await createErasedMember();
    await runRetention(fixture.context);
    const listKeys = () => fixture.sweepFixture.listKeys("private", `destroyed/people/${id}`);
    const { backupDays } = fixture.context.limits;
    await deleteEndedTombstones(fixture.withLaterClock((backupDays + 6) * DAY));
    expect(await listKeys()).toHaveLength(1);
    await deleteEndedTombstones(fixture.withLaterClock((backupDays + 8) * DAY));
    expect(await listKeys()).toEqual([]);
  });

  test("sends no other mail that waits", async () => {
    const { db } = fixture.sweepFixture;
    const id = await createErasedMember();
    const row = { template: "news", recipientId: id, dueAt: new Date() };
    await db.mail.create({ data: { id: newId(), key: newId(), ...row } });
    await runRetention(fixture.context);
    const mails = await db.mail.findMany({ where: { recipientId: id } });
    expect(mails.map(({ template }) => template)).toEqual(["erasure-done"]);
    expect(await findPerson(id)).toMatchObject({ mailOff: true });
  });

  test("is done once while other runs work", async () => {
    const { db } = fixture.sweepFixture;
    const people = await Promise.all([1, 2, 3].map(() => createErasedMember()));
    const files = await Promise.all(people.flatMap((id) => [1, 2].map(() => fixture.createDocument(id))));
    const run = () => Promise.all([1, 2, 3].map(() => runRetention(fixture.context)));
    await run();
    await runRetention(fixture.withLaterClock(600));
    await Promise.all(people.map(deliver));
    const counts = await run();
    expect(counts.reduce((sum, { erased }) => sum + erased, 0)).toBe(3);
    expect(await db.user.count({ where: { id: { in: people } } })).toBe(0);
    const receipts = await db.receipt.findMany({ where: { fileId: { in: files.map(({ id }) => id) } } });
    expect(receipts.map(({ reason }) => reason)).toEqual(Array.from({ length: 6 }, () => "erasure"));
    const erased = await db.trail.findMany({ where: { event: "person.erased" } });
    expect(erased.map(({ subjectId }) => subjectId).sort()).toEqual(people.sort());
    expect((await verifyTrail(fixture.context)).broken).toEqual([]);
  });

  test("leaves an account that is kept at the last moment", async () => {
    const { db } = fixture.sweepFixture;
    const id = await createErasedMember();
    let run: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await lockUser(tx, id);
      run = runRetention(fixture.context);
      await waitForLocks(db);
      await tx.user.update({ where: { id }, data: { erasureDueAt: null } });
    });
    await run;
    expect(await findPerson(id)).toMatchObject({ name: "Member", erasureStartedAt: null });
  });

  test("cannot be cancelled after its start", async () => {
    const id = await createErasedMember();
    await runRetention(fixture.context);
    await cancelErasure(fixture.context, viewerOf(id));
    expect((await findPerson(id))?.erasureDueAt).not.toBeNull();
  });

  test("starts nothing after its signal, and a later run goes on", async () => {
    const id = await createErasedMember();
    await runRetention(fixture.context, AbortSignal.abort());
    expect(await findPerson(id)).toMatchObject({ erasureStartedAt: null });
    for (const point of ["erasure.started", "erasure.reported", "erasure.stripped"] as const) {
      const stop = new AbortController();
      const onCrashPoint = async (passed: CrashPoint) => {
        if (passed === point) stop.abort();
      };
      await runRetention({ ...fixture.context, onCrashPoint }, stop.signal);
      if (point === "erasure.reported") await deliver(id);
      expect(await findPerson(id)).not.toBeNull();
    }
    expect(await runRetention(fixture.context)).toMatchObject({ erased: 1 });
  });

  test("of one account does not wait for another that fails", async () => {
    const { db } = fixture.sweepFixture;
    const [broken, other] = [await createErasedMember(), await createErasedMember()];
    // The handle of a closed account, which the other person cannot have.
    await db.user.update({
      where: { id: await fixture.sweepFixture.createMember() },
      data: { handle: `deleted-${broken}` },
    });
    await runRetention(fixture.context);
    expect(await findPerson(broken)).toMatchObject({ erasureStartedAt: null });
    expect(await findPerson(other)).toMatchObject({ erasureStartedAt: expect.any(Date) });
    await db.user.delete({ where: { id: broken } });
  });

  test("deletes a large account in batches", async () => {
    const { db, dateFromNow } = fixture.sweepFixture;
    const count = isCampaign ? 10_000 : 1100;
    const id = await createErasedMember();
    const first = await fixture.createDocument(id);
    const row = await findFile(first.id);
    const files = Array.from({ length: count - 1 }, () => newId());
    await db.file.createMany({
      data: files.map((fileId) => ({
        ...row,
        id: fileId,
        prefix: `files/${fileId}/`,
        facts: undefined,
        crop: undefined,
        variants: undefined,
      })),
    });
    await db.access.createMany({
      data: files.flatMap((fileId) =>
        [1, 2, 3].map(() => ({ id: newId(), fileId, byId: id, intent: "view" as const, at: dateFromNow(0) })),
      ),
    });
    await runRetention(fixture.context);
    expect(await db.mail.findMany({ where: { recipientId: id } })).toMatchObject([
      { detail: { deleted: count, dated: 0, held: 0 } },
    ]);
    await deliver(id);
    await runRetention(fixture.context);
    expect(await findPerson(id)).toBeNull();
    expect(await db.file.count({ where: { ownerId: id } })).toBe(0);
    expect(await db.receipt.count()).toBe(count);
  }, 120_000);
});

describe("a file that stays", () => {
  test("is accepted, and its field has a legal basis", async () => {
    const id = await createErasedMember();
    const contract = await createContract(id);
    const letter = await fixture.createDocument(id);
    const rejected = await createContract(id, { status: "rejected" });
    const waiting = await createContract(id, { status: "submitted" });
    const replaced = await createContract(id, { status: "superseded", supersededAt: new Date() });
    const approved = await createContract(id, { status: "superseded", supersededAt: new Date() });
    await fixture.sweepFixture.db.decision.create({
      data: { id: newId(), fileId: approved.id, outcome: "approve", sha256: "the hash" },
    });
    await runRetention(fixture.context);
    for (const kept of [contract, approved]) expect((await findFile(kept.id)).purgedAt).toBeNull();
    for (const gone of [letter, rejected, waiting, replaced])
      expect((await findFile(gone.id)).purgedAt).not.toBeNull();
  });

  test("is shown with the date that it gets", async () => {
    const id = await createErasedMember({}, 7 * DAY);
    const contract = await createContract(id);
    const held = await fixture.createDocument(id);
    await fixture.createDocument(id);
    await placeHold(fixture.context, viewerOf(id), { fileId: held.id, reason: "a case" });
    const { files, total } = await listKeptFiles(fixture.context, viewerOf(id));
    const shown = files.find((file) => file.id === contract.id);
    expect(total).toBe(2);
    expect(files.find((file) => file.id === held.id)).toMatchObject({ keepUntil: null, legalBasis: null });
    expect(shown?.legalBasis).toMatch(/^Tax law/);
    await runRetention(fixture.withLaterClock(8 * DAY));
    expect((await findFile(contract.id)).keepUntil).toEqual(shown?.keepUntil);
  });

  test("counts from an earlier leaving", async () => {
    const id = await fixture.sweepFixture.createMember();
    const contract = await createContract(id);
    await runRetention(fixture.context);
    const { leftAt } = await leave(fixture.context, viewerOf(id));
    const { keepUntil } = await findFile(contract.id);
    const erasureDueAt = fixture.sweepFixture.dateFromNow(20 * DAY);
    await fixture.sweepFixture.db.user.update({ where: { id }, data: { erasureDueAt } });
    await runRetention(fixture.withLaterClock(21 * DAY));
    expect(keepUntil).not.toBeNull();
    expect(await findFile(contract.id)).toMatchObject({ keepUntil, purgedAt: null });
    expect((await findPerson(id))?.leftAt?.toISOString()).toBe(leftAt);
  });

  test("stays if its hold comes in time, and goes if not", async () => {
    const { db } = fixture.sweepFixture;
    const id = await createErasedMember();
    const { id: fileId } = await fixture.createDocument(id);
    let hold: Promise<unknown> = Promise.resolve();
    const onCrashPoint = async (point: CrashPoint) => {
      if (point === "erasure.started")
        hold = placeHold(fixture.context, viewerOf(id), { fileId, reason: "a case" });
      await hold;
    };
    await runRetention({ ...fixture.context, onCrashPoint });
    expect((await findFile(fileId)).purgedAt).toBeNull();
    await db.hold.deleteMany({ where: { fileId } });
    await runRetention(fixture.context);
    await expect(
      placeHold(fixture.context, viewerOf(id), { fileId, reason: "a case" }),
    ).rejects.toMatchObject({ code: "purged" });
  });

  test("stays if its hold is placed while the job waits", async () => {
    const { db } = fixture.sweepFixture;
    // The first run of all gives files their dates, and would wait there.
    await runRetention(fixture.context);
    const id = await createErasedMember();
    const { id: fileId } = await fixture.createDocument(id);
    await db.user.update({ where: { id }, data: { erasureStartedAt: new Date() } });
    let run: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await lockUser(tx, id);
      await tx.hold.create({
        data: { id: newId(), fileId, reason: "a case", byId: id, createdAt: new Date() },
      });
      run = runRetention(fixture.context);
      await waitForLocks(db);
    });
    await run;
    expect((await findFile(fileId)).purgedAt).toBeNull();
  });

  test("keeps the audit trail intact when its hold had a reason", async () => {
    const { db } = fixture.sweepFixture;
    const id = await createErasedMember();
    const { id: fileId } = await fixture.createDocument(id);
    await placeHold(fixture.context, viewerOf(id), { fileId, reason: "before the erasure" });
    await runRetention(fixture.context);
    await db.$transaction((tx) =>
      appendToTrail(tx, fixture.context, [
        {
          event: "hold.released",
          subjectId: fileId,
          detail: {},
          personal: { personId: id, text: "after it" },
        },
      ]),
    );
    await db.hold.deleteMany({ where: { fileId } });
    await deliver(id);
    await runRetention(fixture.context);
    await runRetention(fixture.withLaterClock(3 * DAY));
    expect(await findPerson(id)).toBeNull();
    expect(await db.trailPersonal.count({ where: { personId: id } })).toBe(0);
    expect((await verifyTrail(fixture.context)).broken).toEqual([]);
  });
});
