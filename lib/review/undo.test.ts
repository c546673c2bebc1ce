import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Viewer } from "../accounts/viewer";
import { claimDocument } from "./claims";
import { decideOnDocument } from "./decide";
import { type ReviewFixture, createReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  member = await fixture.person([], "member");
  ada = await fixture.person(["dbsCertificate"]);
  bob = await fixture.person(["dbsCertificate"]);
});
afterAll(() => fixture.drop());

const FACTS = { certificateNumber: "001234", issuedOn: "2026-01-15" };

/** An approved certificate and its renewal, which waits. */
async function submitRenewal() {
  const held = await fixture.submit(member, "dbsCertificate", { status: "approved", place: "held" });
  const renewed = await fixture.submit(member, "dbsCertificate", { version: 2 });
  return { held, renewed };
}

async function approve({ id, sha256 }: { id: string; sha256: string }) {
  await claimDocument(fixture.deps, ada, id);
  return decideOnDocument(fixture.deps, ada, id, { outcome: "approve", facts: FACTS, sha256 });
}

async function reject({ id, sha256 }: { id: string; sha256: string }) {
  await claimDocument(fixture.deps, ada, id);
  return decideOnDocument(fixture.deps, ada, id, { outcome: "reject", reason: "not_genuine", sha256 });
}

describe("approving a renewal", () => {
  test("supersedes the approval that it replaces, which stays on file", async () => {
    const { held, renewed } = await submitRenewal();
    const review = await approve(renewed);
    expect(review.previous).toMatchObject({ id: held.id, status: "superseded" });
    expect(await fixture.file(held.id)).toMatchObject({ status: "superseded", slot: null, purgedAt: null });
    expect((await fixture.file(renewed.id)).slot).toBe(held.slot);
  });

  test("that is refused takes nobody's cover away", async () => {
    const { held, renewed } = await submitRenewal();
    await reject(renewed);
    expect(await fixture.file(held.id)).toMatchObject({ status: "approved", slot: held.slot });
  });
});

describe("undoing", () => {
  test("puts everything back, a superseded approval included, and hands the document back to its reviewer", async () => {
    const { held, renewed } = await submitRenewal();
    const before = { held: await fixture.file(held.id), renewed: await fixture.file(renewed.id) };
    await approve(renewed);
    const review = await undoDecision(fixture.deps, ada, renewed.id);
    expect(review.claim?.by.id).toBe(ada.id);
    expect(review.decisions.map(({ outcome }) => outcome)).toEqual(["approve", "undo"]);
    expect(await fixture.file(held.id)).toEqual(before.held);
    expect(await fixture.file(renewed.id)).toEqual({
      ...before.renewed,
      facts: {},
      claimById: ada.id,
      claimUntil: expect.any(Date),
    });
    expect((await approve(renewed)).file.status).toBe("approved");
  });

  test("is in time at its last moment, and late after it", async () => {
    const early = await fixture.submit(member, "dbsCertificate");
    await reject(early);
    fixture.forward(fixture.deps.limits.undoTtl);
    expect((await undoDecision(fixture.deps, ada, early.id)).file.status).toBe("submitted");
    await reject(early);
    fixture.forward(fixture.deps.limits.undoTtl + 0.001);
    await expect(undoDecision(fixture.deps, ada, early.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await fixture.file(early.id)).status).toBe("rejected");
  });

  test("is for the one who decided alone", async () => {
    const certificate = await fixture.submit(member, "dbsCertificate");
    await reject(certificate);
    await expect(undoDecision(fixture.deps, bob, certificate.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await fixture.file(certificate.id)).status).toBe("rejected");
  });

  test("happens once, however often it is asked for at once", async () => {
    const certificate = await fixture.submit(member, "dbsCertificate");
    await reject(certificate);
    const tries = await Promise.allSettled([1, 2, 3].map(() => undoDecision(fixture.deps, ada, certificate.id)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const undone = { fileId: certificate.id, outcome: "undo" };
    expect(await fixture.deps.db.decision.count({ where: undone })).toBe(1);
  });

  test("needs a decision", async () => {
    const certificate = await fixture.submit(member, "dbsCertificate");
    await expect(undoDecision(fixture.deps, ada, certificate.id)).rejects.toMatchObject({ code: "conflict" });
  });

  test("gives way to a newer submission that has taken the place", async () => {
    const { held, renewed } = await submitRenewal();
    await approve(renewed);
    const third = await fixture.submit(member, "dbsCertificate", { version: 3 });
    await expect(undoDecision(fixture.deps, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect(await fixture.file(renewed.id)).toMatchObject({ status: "approved", slot: held.slot });
    expect(await fixture.file(third.id)).toMatchObject({ status: "submitted" });
  });

  test("does not bring back an approval whose bytes are gone since", async () => {
    const { held, renewed } = await submitRenewal();
    await approve(renewed);
    await fixture.deps.db.file.update({ where: { id: held.id }, data: { purgedAt: fixture.deps.clock.now() } });
    await expect(undoDecision(fixture.deps, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await fixture.file(renewed.id)).status).toBe("approved");
  });
});
