import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DocumentSlot, listOwnDocuments } from "@/lib/files/own-documents";
import { createReviewFixture, type ReviewFixture } from "@/lib/review/testing/review-fixture";
import { DocumentEntry } from "./document-entry";
import { formatDocumentProgress } from "./document-text";

let fixture: ReviewFixture;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
afterAll(() => fixture.drop());

const DAY = 86_400;

/** Creates a member with a certificate whose approval is valid for one more day. */
async function createMemberWithApproval() {
  const member = await fixture.createPerson([], "member");
  const validUntil = new Date(fixture.context.clock.now().getTime() + DAY * 1000);
  await fixture.submitFile(member, "dbsCertificate", { status: "approved", place: "held", validUntil });
  const slots = () => listOwnDocuments(fixture.context, member);
  return { slots, certificate: async () => certificateOf(await slots()) };
}

function certificateOf(slots: DocumentSlot[]): DocumentSlot {
  const slot = slots.find(({ field }) => field.name === "dbsCertificate");
  if (!slot) throw new Error("The page has no slot for a certificate");
  return slot;
}

/** Renders the only document of a slot and returns its text. */
function textOf({ field, current, history }: DocumentSlot): string {
  const [document] = [...current, ...history];
  if (!document) throw new Error("The slot is empty");
  const now = fixture.context.clock.now();
  return renderToStaticMarkup(
    createElement(DocumentEntry, { document, field, now, timeZone: "UTC" }),
  ).replace(/<[^>]*>/g, "");
}

test("a document is complete until its approval expires", async () => {
  const { slots, certificate } = await createMemberWithApproval();
  const count = (await slots()).length;
  expect(formatDocumentProgress(await slots())).toBe(`1 of ${count} is complete.`);
  fixture.advanceClock(DAY);
  expect(formatDocumentProgress(await slots())).toBe(`0 of ${count} are complete. 1 has expired.`);
  const { current, history } = await certificate();
  expect([current.length, history.length]).toEqual([0, 1]);
});

test("the stamp of an approval says expired after its date", async () => {
  const { certificate } = await createMemberWithApproval();
  expect(textOf(await certificate())).toContain("Approved until");
  fixture.advanceClock(DAY);
  expect(textOf(await certificate())).toMatch(/Expired on \d+ Mar 2026, today/);
  expect(textOf(await certificate())).not.toContain("Approved");
});

test("the stamp reads the clock, not the stored status", async () => {
  const { certificate } = await createMemberWithApproval();
  const { field, current } = await certificate();
  fixture.advanceClock(DAY);
  expect(textOf({ field, current, pending: [], history: [] })).toContain("Expired on");
});
