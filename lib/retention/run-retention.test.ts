import { beforeEach, describe, expect, test } from "vitest";
import { waitForLocks } from "../../tests/support/wait-for-lock";
import type { FileStatus } from "../db/generated/enums";
import { Problem } from "../errors";
import { setUpPurgeFixture } from "../files/testing/purge-fixture";
import { newId } from "../id";
import { destroyDueFiles } from "./destroy-due-files";
import { runRetention } from "./run-retention";

const fixture = setUpPurgeFixture();
const HOUR = 3600;

beforeEach(async () => {
  await fixture.sweepFixture.db.file.deleteMany();
  await runRetention(fixture.context);
});

type Options = { ownerId: string; due: number; status?: FileStatus; slot?: string };

/** Stores a document. `due` is its last instant, in seconds from now. */
function createDocument({ ownerId, due, status = "approved", slot }: Options) {
  const keepUntil = fixture.sweepFixture.dateFromNow(due);
  return fixture.createDocument(ownerId, { status, keepUntil, ...(slot ? { slot } : {}) });
}

const findFile = (id: string) => fixture.sweepFixture.db.file.findUniqueOrThrow({ where: { id } });
const listKeys = (prefix: string) => fixture.sweepFixture.listKeys("private", prefix);

describe("the retention job", () => {
  test("destroys a file after its last day and keeps its record", async () => {
    const ownerId = await fixture.sweepFixture.createMember();
    const { id, prefix } = await createDocument({ ownerId, due: -1 });
    const later = await createDocument({ ownerId, due: HOUR });
    expect(await runRetention(fixture.context)).toMatchObject({ ended: 1, destroyed: 1, failed: 0, left: 0 });
    expect(await findFile(id)).toMatchObject({
      status: "approved",
      keepUntil: null,
      purgedAt: expect.any(Date),
    });
    expect(await listKeys(prefix)).toEqual([]);
    expect((await findFile(later.id)).purgedAt).toBeNull();
    expect(await listKeys(later.prefix)).toHaveLength(2);
    expect(await fixture.sweepFixture.findQuota(ownerId)).toMatchObject({ storedBytes: 1000 });
    expect(await fixture.listReceipts()).toMatchObject([
      {
        event: "bytes.destroyed",
        subjectId: id,
        detail: { reason: "retention", objects: 2, storage: "private" },
      },
    ]);
  });

  test("tells the owner once a day, when the bytes are gone", async () => {
    const { db } = fixture.sweepFixture;
    const ownerId = await fixture.sweepFixture.createMember();
    for (const due of [-1, -2]) await createDocument({ ownerId, due });
    const away = () => Promise.reject(new Problem("unavailable", "The store is away."));
    await runRetention(fixture.withPrivate({ removeMany: away }));
    expect(await db.mail.count({ where: { recipientId: ownerId } })).toBe(0);
    await runRetention(fixture.withLaterClock(HOUR));
    const mails = await db.mail.findMany({ where: { recipientId: ownerId } });
    expect(mails.map(({ template }) => template)).toEqual(["destroyed"]);
  });

  test("takes a file that no reviewer decided on out of the queue", async () => {
    const ownerId = await fixture.sweepFixture.createMember();
    const slot = `${ownerId}/medicalLetter/pending`;
    const { id } = await createDocument({ ownerId, due: -1, status: "submitted", slot });
    const returned = await createDocument({ ownerId, due: -1, status: "changes_requested" });
    await runRetention(fixture.context);
    expect(await findFile(id)).toMatchObject({ status: "expired", slot: null });
    expect(await findFile(returned.id)).toMatchObject({ status: "changes_requested" });
  });

  test("destroys each file once while other runs work", async () => {
    const ownerId = await fixture.sweepFixture.createMember();
    const files = await Promise.all(Array.from({ length: 20 }, () => createDocument({ ownerId, due: -1 })));
    await Promise.all([1, 2, 3].map(() => runRetention(fixture.context)));
    await runRetention(fixture.withLaterClock(600));
    const subjects = (await fixture.listReceipts()).map(({ subjectId }) => subjectId);
    expect(subjects.toSorted()).toEqual(files.map(({ id }) => id).toSorted());
    expect(await fixture.sweepFixture.findQuota(ownerId)).toMatchObject({ storedBytes: 0 });
  });

  test("leaves a file whose date an event has just moved", async () => {
    const { db, dateFromNow } = fixture.sweepFixture;
    const ownerId = await fixture.sweepFixture.createMember();
    const { id } = await createDocument({ ownerId, due: -1 });
    let run: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await tx.user.update({ where: { id: ownerId }, data: { openUploads: 0 } });
      await tx.file.update({ where: { id }, data: { keepUntil: dateFromNow(HOUR) } });
      run = runRetention(fixture.context);
      await waitForLocks(db);
    });
    expect(await run).toMatchObject({ ended: 0 });
    expect((await findFile(id)).purgedAt).toBeNull();
  });

  test("leaves files whose rule has changed until they have new dates", async () => {
    const { db } = fixture.sweepFixture;
    const ownerId = await fixture.sweepFixture.createMember();
    const { id } = await createDocument({ ownerId, due: -1 });
    await db.retentionRule.update({ where: { field: "medicalLetter" }, data: { undatedAfter: newId() } });
    expect(await destroyDueFiles(fixture.context)).toBe(0);
    await db.retentionRule.update({ where: { field: "medicalLetter" }, data: { undatedAfter: null } });
    expect(await destroyDueFiles(fixture.context)).toBe(1);
    expect((await findFile(id)).purgedAt).not.toBeNull();
  });

  test("destroys nothing when the clock jumps back", async () => {
    const ownerId = await fixture.sweepFixture.createMember();
    const { id } = await createDocument({ ownerId, due: -1 });
    expect(await runRetention(fixture.withLaterClock(-HOUR))).toMatchObject({ ended: 0 });
    expect((await findFile(id)).purgedAt).toBeNull();
  });

  test("starts nothing after its signal", async () => {
    const ownerId = await fixture.sweepFixture.createMember();
    await createDocument({ ownerId, due: -1 });
    expect(await runRetention(fixture.context, AbortSignal.abort())).toMatchObject({ ended: 0, left: 1 });
  });

  test("deletes many files after the store was away", async () => {
    const { db, dateFromNow } = fixture.sweepFixture;
    const ownerId = await fixture.sweepFixture.createMember();
    const away = new Problem("unavailable", "The store is away.");
    const first = await createDocument({ ownerId, due: -1 });
    const row = await findFile(first.id);
    const ids = Array.from({ length: 1100 }, () => newId());
    await db.file.createMany({
      data: ids.map((id, index) => ({
        ...row,
        id,
        prefix: `files/${id}/`,
        keepUntil: dateFromNow(-1 - (index % 7)),
        facts: undefined,
        crop: undefined,
        variants: undefined,
      })),
    });
    const unavailable = fixture.withPrivate({ removeMany: () => Promise.reject(away) });
    expect(await runRetention(unavailable)).toMatchObject({ ended: 1101, left: 0 });
    expect(await listKeys(first.prefix)).toHaveLength(2);
    for (const hour of [1, 2]) await runRetention(fixture.withLaterClock(hour * HOUR));
    expect(await listKeys(first.prefix)).toEqual([]);
    const subjects = (await fixture.listReceipts()).map(({ subjectId }) => subjectId);
    expect(subjects.toSorted()).toEqual([first.id, ...ids].toSorted());
  });
});
