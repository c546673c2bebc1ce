import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withdrawFile } from "../files/withdraw-file";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "./claims";
import { decideOnDocument } from "./decide";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  member = await fixture.createPerson([], "member");
  ada = await fixture.createPerson(["dbsCertificate"]);
  bob = await fixture.createPerson(["dbsCertificate"]);
});
afterAll(() => fixture.drop());

const FACTS = { certificateNumber: "001234", issuedOn: "2026-01-15" };

/** Submits the renewal of an approved certificate. */
async function submitRenewal() {
  const held = await fixture.submitFile(member, "dbsCertificate", { status: "approved", place: "held" });
  const renewed = await fixture.submitFile(member, "dbsCertificate", { version: 2 });
  return { held, renewed };
}

async function approve({ id, sha256 }: { id: string; sha256: string }) {
  await claimDocument(fixture.context, ada, id);
  await fixture.viewPage(ada, id);
  return decideOnDocument(fixture.context, ada, id, { outcome: "approve", facts: FACTS, sha256 });
}

async function reject({ id, sha256 }: { id: string; sha256: string }) {
  await claimDocument(fixture.context, ada, id);
  return decideOnDocument(fixture.context, ada, id, { outcome: "reject", reason: "not_genuine", sha256 });
}

describe("deciding on a renewal", () => {
  test("supersedes the earlier approval and keeps its bytes", async () => {
    const { held, renewed } = await submitRenewal();
    const review = await approve(renewed);
    expect(review.previous).toMatchObject({ id: held.id, status: "superseded" });
    expect(await fixture.findFile(held.id)).toMatchObject({
      status: "superseded",
      slot: null,
      purgedAt: null,
    });
    expect((await fixture.findFile(renewed.id)).slot).toBe(held.slot);
  });

  test("keeps the earlier approval after a rejection", async () => {
    const { held, renewed } = await submitRenewal();
    await reject(renewed);
    expect(await fixture.findFile(held.id)).toMatchObject({ status: "approved", slot: held.slot });
  });
});

describe("undoing a decision", () => {
  test("restores both files and claims the document again", async () => {
    const { held, renewed } = await submitRenewal();
    const before = { held: await fixture.findFile(held.id), renewed: await fixture.findFile(renewed.id) };
    await approve(renewed);
    const review = await undoDecision(fixture.context, ada, renewed.id);
    expect(review.claim?.by.id).toBe(ada.id);
    expect(review.decisions.map(({ outcome }) => outcome)).toEqual(["approve", "undo"]);
    expect(await fixture.findFile(held.id)).toEqual(before.held);
    expect(await fixture.findFile(renewed.id)).toEqual({
      ...before.renewed,
      facts: {},
      claimById: ada.id,
      claimUntil: expect.any(Date),
      claimedAt: expect.any(Date),
    });
    expect((await approve(renewed)).file.status).toBe("approved");
  });

  test("works until the last moment of the undo time", async () => {
    const early = await fixture.submitFile(member, "dbsCertificate");
    await reject(early);
    fixture.advanceClock(fixture.context.limits.undoTtl);
    expect((await undoDecision(fixture.context, ada, early.id)).file.status).toBe("submitted");
    await reject(early);
    fixture.advanceClock(fixture.context.limits.undoTtl + 0.001);
    await expect(undoDecision(fixture.context, ada, early.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await fixture.findFile(early.id)).status).toBe("rejected");
  });

  test("is rejected for another reviewer", async () => {
    const certificate = await fixture.submitFile(member, "dbsCertificate");
    await reject(certificate);
    await expect(undoDecision(fixture.context, bob, certificate.id)).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await fixture.findFile(certificate.id)).status).toBe("rejected");
  });

  test("happens once among three concurrent requests", async () => {
    const certificate = await fixture.submitFile(member, "dbsCertificate");
    await reject(certificate);
    const attempts = await Promise.allSettled(
      [1, 2, 3].map(() => undoDecision(fixture.context, ada, certificate.id)),
    );
    expect(attempts.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    const undone = { fileId: certificate.id, outcome: "undo" };
    expect(await fixture.context.db.decision.count({ where: undone })).toBe(1);
  });

  test("needs a decision", async () => {
    const certificate = await fixture.submitFile(member, "dbsCertificate");
    await expect(undoDecision(fixture.context, ada, certificate.id)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("is rejected after a newer submission", async () => {
    const { held, renewed } = await submitRenewal();
    await approve(renewed);
    const third = await fixture.submitFile(member, "dbsCertificate", { version: 3 });
    await expect(undoDecision(fixture.context, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect(await fixture.findFile(renewed.id)).toMatchObject({ status: "approved", slot: held.slot });
    expect(await fixture.findFile(third.id)).toMatchObject({ status: "submitted" });
  });

  test("is rejected if the member has withdrawn the earlier approval", async () => {
    const { held, renewed } = await submitRenewal();
    await approve(renewed);
    await withdrawFile(fixture.context, member, held.id);
    await expect(undoDecision(fixture.context, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await fixture.findFile(renewed.id)).status).toBe("approved");
  });
});
