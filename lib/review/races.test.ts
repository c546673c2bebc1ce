import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { waitForLocks } from "@/tests/support/wait-for-lock";
import type { Tx } from "../db/client";
import { dbsCertificate } from "../fields/dbs-certificate";
import { supersedeEarlierFile } from "../files/supersede";
import { withdrawFile } from "../files/withdraw-file";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "./claims";
import { decideOnDocument } from "./decide";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";

// Each test stops one transaction at a known statement, by a lock, and starts the other one then.

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  member = await fixture.createPerson([], "member");
  ada = await fixture.createPerson(["dbsCertificate"]);
});
afterAll(() => fixture.drop());

type Submitted = { id: string; sha256: string };

/** Submits the renewal of an approved certificate. Ada claims it. */
async function submitRenewal() {
  const held = await fixture.submitFile(member, "dbsCertificate", { status: "approved", place: "held" });
  const renewed = await fixture.submitFile(member, "dbsCertificate", { version: 2 });
  await claimDocument(fixture.context, ada, renewed.id);
  await fixture.viewPage(ada, renewed.id);
  return { held, renewed };
}

function approve({ id, sha256 }: Submitted) {
  const facts = { certificateNumber: "001234", issuedOn: "2026-01-15" };
  return decideOnDocument(fixture.context, ada, id, { outcome: "approve", facts, sha256 });
}

/** Replaces the document as a completion does, in its transaction. Returns the new file's id. */
async function replaceDocument(tx: Tx): Promise<string> {
  await tx.user.update({ where: { id: member.id }, data: { storedBytes: { increment: 1000 } } });
  const { version } = await supersedeEarlierFile(tx, fixture.context, {
    ownerId: member.id,
    field: dbsCertificate,
  });
  const data = fixture.buildFileRow(member, "dbsCertificate", { version });
  await tx.file.create({ data });
  return data.id;
}

/** Runs `start` while another transaction locks the row of this file. */
async function whileLocked<T>(fileId: string, start: () => Promise<T>): Promise<T> {
  return fixture.context.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "File" WHERE id = ${fileId}::uuid FOR UPDATE`;
    return start();
  });
}

describe("a decision", () => {
  test("keeps its approval while the member replaces the document", async () => {
    const { held, renewed } = await submitRenewal();
    const { decision, replacement } = await whileLocked(renewed.id, async () => {
      const decision = approve(renewed);
      await waitForLocks(fixture.context.db, 1);
      const replacement = fixture.context.db.$transaction(replaceDocument);
      await waitForLocks(fixture.context.db, 2);
      return { decision: Promise.allSettled([decision]), replacement };
    });
    expect(await decision).toMatchObject([{ status: "fulfilled" }]);
    expect(await fixture.findFile(renewed.id)).toMatchObject({ status: "approved", slot: held.slot });
    expect(await fixture.findFile(held.id)).toMatchObject({ status: "superseded", slot: null });
    expect(await fixture.findFile(await replacement)).toMatchObject({
      status: "submitted",
      slot: renewed.slot,
      version: 3,
    });
  });

  test("loses to a replacement that started first", async () => {
    const { held, renewed } = await submitRenewal();
    const decision = await fixture.context.db.$transaction(async (tx) => {
      await replaceDocument(tx);
      const decision = approve(renewed);
      await waitForLocks(fixture.context.db);
      return { settled: Promise.allSettled([decision]) };
    });
    expect(await decision.settled).toMatchObject([{ reason: { code: "conflict" } }]);
    expect(await fixture.findFile(renewed.id)).toMatchObject({ status: "superseded", slot: null });
    expect(await fixture.findFile(held.id)).toMatchObject({ status: "approved", slot: held.slot });
  });

  test("leaves an earlier approval withdrawn", async () => {
    const { held, renewed } = await submitRenewal();
    const both = await whileLocked(held.id, async () => {
      const withdrawal = withdrawFile(fixture.context, member, held.id);
      await waitForLocks(fixture.context.db, 1);
      const decision = approve(renewed);
      await waitForLocks(fixture.context.db, 2);
      return { settled: Promise.allSettled([withdrawal, decision]) };
    });
    expect(await both.settled).toMatchObject([{ status: "fulfilled" }, { status: "fulfilled" }]);
    expect(await fixture.findFile(held.id)).toMatchObject({ status: "withdrawn" });
    expect((await fixture.findFile(renewed.id)).status).toBe("approved");
  });

  test("is rejected on a document without bytes", async () => {
    const { renewed } = await submitRenewal();
    const purgedAt = fixture.context.clock.now();
    await fixture.context.db.file.update({ where: { id: renewed.id }, data: { purgedAt } });
    await expect(approve(renewed)).rejects.toMatchObject({ code: "conflict" });
    expect((await fixture.findFile(renewed.id)).status).toBe("submitted");
  });
});

describe("an undo", () => {
  test("leaves a withdrawn document withdrawn", async () => {
    const { renewed } = await submitRenewal();
    await approve(renewed);
    await withdrawFile(fixture.context, member, renewed.id);
    await expect(undoDecision(fixture.context, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect(await fixture.findFile(renewed.id)).toMatchObject({ status: "withdrawn", slot: null });
  });

  test("waits for a withdrawal that started first", async () => {
    const { renewed } = await submitRenewal();
    await approve(renewed);
    const both = await whileLocked(renewed.id, async () => {
      const withdrawal = withdrawFile(fixture.context, member, renewed.id);
      await waitForLocks(fixture.context.db, 1);
      const undo = undoDecision(fixture.context, ada, renewed.id);
      await waitForLocks(fixture.context.db, 2);
      return { settled: Promise.allSettled([withdrawal, undo]) };
    });
    expect(await both.settled).toMatchObject([{ status: "fulfilled" }, { reason: { code: "conflict" } }]);
    expect(await fixture.findFile(renewed.id)).toMatchObject({ status: "withdrawn", claimById: null });
  });
});
