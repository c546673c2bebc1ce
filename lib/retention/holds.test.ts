import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { waitForLocks } from "../../tests/support/wait-for-lock";
import { searchTrail } from "../audit/search-trail";
import { lockUser } from "../db/lock-user";
import { withdrawFile } from "../files/withdraw-file";
import { newId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { findHeldFileIds, listHolds, newHoldSchema, placeHold, releaseHold } from "./holds";
import { runRetention } from "./run-retention";

let fixture: ReviewFixture;
let member: Viewer;
let admin: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
  await runRetention(fixture.context);
});
beforeEach(async () => {
  member = await fixture.createPerson([], "member");
  admin = await fixture.createPerson([], "admin");
});
afterAll(() => fixture.drop());

/** A document whose last day is over. */
async function submitDue() {
  const file = await fixture.submitFile(member, "medicalLetter");
  await fixture.context.db.file.update({ where: { id: file.id }, data: { keepUntil: new Date(0) } });
  return file;
}

const isDestroyed = async (id: string) => (await fixture.findFile(id)).purgedAt !== null;

describe("a hold", () => {
  test.each(["file", "member"] as const)("on a %s stops the destruction until its release", async (kind) => {
    const file = await submitDue();
    const other = await fixture.submitFile(await fixture.createPerson([], "member"), "medicalLetter");
    await fixture.context.db.file.update({ where: { id: other.id }, data: { keepUntil: new Date(0) } });
    const target = kind === "file" ? { fileId: file.id } : { memberId: member.id };
    const { id } = await placeHold(fixture.context, admin, { ...target, reason: "A court asks for it." });
    expect(await findHeldFileIds(fixture.context, member.id)).toEqual(new Set([file.id]));
    expect(await runRetention(fixture.context)).toMatchObject({ ended: 1, left: 0 });
    expect([await isDestroyed(file.id), await isDestroyed(other.id)]).toEqual([false, true]);
    await releaseHold(fixture.context, admin, id, { reason: "The case is closed." });
    expect(await runRetention(fixture.context)).toMatchObject({ ended: 1 });
    expect(await isDestroyed(file.id)).toBe(true);
  });

  test.each(["file", "member"] as const)("on a %s that is erased meanwhile is not found", async (kind) => {
    const { db } = fixture.context;
    const file = await submitDue();
    const target = kind === "file" ? { fileId: file.id } : { memberId: member.id };
    let placed: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await lockUser(tx, member.id);
      placed = placeHold(fixture.context, admin, { ...target, reason: "Too late" }).catch((error) => error);
      await waitForLocks(db);
      await tx.user.delete({ where: { id: member.id } });
    });
    expect(await placed).toMatchObject({ code: "not_found" });
  });

  test("keeps a document that its owner wants to withdraw", async () => {
    const { id: fileId } = await fixture.submitFile(member, "medicalLetter");
    const { id } = await placeHold(fixture.context, admin, { fileId, reason: "Wait" });
    await expect(withdrawFile(fixture.context, member, fileId)).rejects.toMatchObject({ code: "held" });
    await releaseHold(fixture.context, admin, id, { reason: "Done" });
    await withdrawFile(fixture.context, member, fileId);
    expect(await isDestroyed(fileId)).toBe(true);
  });

  test("is in the audit trail with its release, without the reason", async () => {
    const { id: fileId } = await submitDue();
    const { id } = await placeHold(fixture.context, admin, { fileId, reason: "A secret reason" });
    await releaseHold(fixture.context, admin, id, { reason: "Another secret reason" });
    const entries = await fixture.context.db.trail.findMany({
      where: { subjectId: fileId },
      orderBy: { seq: "asc" },
    });
    expect(entries).toMatchObject([
      { event: "hold.placed", byId: admin.id, detail: { holdId: id } },
      { event: "hold.released", byId: admin.id, detail: { holdId: id } },
    ]);
    expect(JSON.stringify(entries.map(({ detail }) => detail))).not.toContain("secret");
    const { items } = await searchTrail(fixture.context, { subject: fileId });
    expect(items.map(({ personal }) => personal)).toEqual(["Another secret reason", "A secret reason"]);
    expect((await listHolds(fixture.context)).items.find((hold) => hold.id === id)).toMatchObject({
      fileId,
      reason: "A secret reason",
      released: { by: admin.id, reason: "Another secret reason" },
    });
  });

  test("that is placed while the job runs keeps the file", async () => {
    const { db } = fixture.context;
    const file = await submitDue();
    let run: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${member.id}::uuid FOR NO KEY UPDATE`;
      run = runRetention(fixture.context);
      await waitForLocks(db);
      await tx.hold.create({
        data: { id: newId(), fileId: file.id, reason: "Wait", byId: admin.id, createdAt: new Date() },
      });
    });
    await run;
    expect(await isDestroyed(file.id)).toBe(false);
  });

  test("comes too late for a file that a job destroys meanwhile", async () => {
    const { db } = fixture.context;
    const file = await submitDue();
    let hold: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${member.id}::uuid FOR NO KEY UPDATE`;
      hold = placeHold(fixture.context, admin, { fileId: file.id, reason: "Wait" }).catch(
        (error: unknown) => error,
      );
      await waitForLocks(db);
      await tx.file.update({ where: { id: file.id }, data: { purgedAt: new Date() } });
    });
    expect(await hold).toMatchObject({ code: "purged" });
  });

  test("of an unknown target or a second release is not found", async () => {
    const place = (target: { fileId?: string; memberId?: string }) =>
      placeHold(fixture.context, admin, { ...target, reason: "Why" });
    for (const id of [newId(), "../etc", ""]) {
      await expect(place({ fileId: id })).rejects.toMatchObject({ code: "not_found" });
      await expect(place({ memberId: id })).rejects.toMatchObject({ code: "not_found" });
    }
    const { id } = await place({ memberId: member.id });
    await releaseHold(fixture.context, admin, id, { reason: "Done" });
    await expect(releaseHold(fixture.context, admin, id, { reason: "Done" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test.each([{ reason: "Why" }, { fileId: "a", memberId: "b", reason: "Why" }, { fileId: "a", reason: " " }])(
    "is refused as %j",
    (request) => {
      expect(newHoldSchema.safeParse(request).success).toBe(false);
    },
  );
});
