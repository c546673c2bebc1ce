import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "./claims";
import { decideOnDocument } from "./decide";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";
import type { DecisionRequest } from "./validate-decision";

let fixture: ReviewFixture;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
  ada = await fixture.createPerson(["dbsCertificate"]);
  bob = await fixture.createPerson(["dbsCertificate"]);
});
afterAll(() => fixture.drop());

const FACTS = { certificateNumber: "001234", issuedOn: "2026-01-15" };
const REJECTION = { outcome: "reject", reason: "not_genuine", note: "Copied." } as const;

async function submitAndClaim() {
  const member = await fixture.createPerson([], "member");
  const document = await fixture.submitFile(member, "dbsCertificate");
  await claimDocument(fixture.context, ada, document.id);
  await fixture.viewPage(ada, document.id);
  return document;
}

function decideOn(document: { id: string; sha256: string }, request: Partial<DecisionRequest>, by = ada) {
  return decideOnDocument(fixture.context, by, document.id, {
    outcome: "approve",
    sha256: document.sha256,
    ...request,
  });
}

describe("the same decision again", () => {
  test("repeats its response and decides once", async () => {
    const certificate = await submitAndClaim();
    const first = await decideOn(certificate, { facts: FACTS, message: "Thank you." });
    fixture.advanceClock(3600);
    expect(await decideOn(certificate, { facts: FACTS, message: "Thank you." })).toEqual(first);
    expect(await fixture.context.db.decision.count({ where: { fileId: certificate.id } })).toBe(1);
  });

  test("succeeds for three concurrent requests and decides once", async () => {
    const certificate = await submitAndClaim();
    const reviews = await Promise.all([1, 2, 3].map(() => decideOn(certificate, REJECTION)));
    expect(new Set(reviews.map(({ decisions }) => decisions.length))).toEqual(new Set([1]));
  });

  test("repeats its response after the date that it checked has passed", async () => {
    const certificate = await submitAndClaim();
    const request = { facts: FACTS, validUntil: "2026-03-02T00:00:00.000Z" };
    await decideOn(certificate, request);
    fixture.advanceClock(2 * 24 * 3600);
    expect((await decideOn(certificate, request)).decisions).toHaveLength(1);
  });

  test.each([
    ["another reason", { ...REJECTION, reason: "not_eligible" }],
    ["another note", { ...REJECTION, note: "" }],
    ["another message", { ...REJECTION, message: "Sorry." }],
    ["other facts", { ...REJECTION, facts: FACTS }],
    ["another outcome", { outcome: "approve", facts: FACTS }],
  ] as const)("is rejected with %s", async (_, request) => {
    const certificate = await submitAndClaim();
    await decideOn(certificate, REJECTION);
    await expect(decideOn(certificate, request)).rejects.toMatchObject({ code: "conflict" });
  });

  test("is rejected for another reviewer", async () => {
    const certificate = await submitAndClaim();
    await decideOn(certificate, REJECTION);
    await expect(decideOn(certificate, REJECTION, bob)).rejects.toMatchObject({ code: "conflict" });
  });

  test("decides anew after an undo", async () => {
    const certificate = await submitAndClaim();
    await decideOn(certificate, REJECTION);
    await undoDecision(fixture.context, ada, certificate.id);
    const { file, decisions } = await decideOn(certificate, REJECTION);
    expect([file.status, decisions.length]).toEqual(["rejected", 3]);
  });
});

test("a repeated undo returns the same response after the undo time", async () => {
  const certificate = await submitAndClaim();
  await decideOn(certificate, REJECTION);
  const undone = await undoDecision(fixture.context, ada, certificate.id);
  fixture.advanceClock(fixture.context.limits.undoTtl + 1);
  expect(await undoDecision(fixture.context, ada, certificate.id)).toEqual(undone);
});
