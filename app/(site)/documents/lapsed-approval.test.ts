import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DocumentSlot, listOwnDocuments } from "@/lib/files/own-documents";
import { type ReviewFixture, createReviewFixture } from "@/lib/review/testing/review-fixture";
import { DocumentEntry } from "./document-entry";
import { formatDocumentProgress } from "./document-text";

let desk: ReviewFixture;

beforeAll(async () => {
  desk = await createReviewFixture();
});
afterAll(() => desk.drop());

const DAY = 86_400;

/** A member with a certificate whose approval holds for one more day. */
async function memberWithApproval() {
  const member = await desk.createPerson([], "member");
  const validUntil = new Date(desk.context.clock.now().getTime() + DAY * 1000);
  await desk.submitFile(member, "dbsCertificate", { status: "approved", place: "held", validUntil });
  const slots = () => listOwnDocuments(desk.context, member);
  return { slots, certificate: async () => certificateOf(await slots()) };
}

function certificateOf(slots: DocumentSlot[]): DocumentSlot {
  const slot = slots.find(({ field }) => field.name === "dbsCertificate");
  if (!slot) throw new Error("The page asks for no certificate");
  return slot;
}

/** The words of a slot's only document on the page. */
function words({ field, current, history }: DocumentSlot): string {
  const [document] = [...current, ...history];
  if (!document) throw new Error("The slot is empty");
  const now = desk.context.clock.now();
  return renderToStaticMarkup(createElement(DocumentEntry, { document, field, now })).replace(/<[^>]*>/g, "");
}

test("an approval counts as in place until its date", async () => {
  const { slots, certificate } = await memberWithApproval();
  const count = (await slots()).length;
  expect(formatDocumentProgress(await slots())).toBe(`1 of ${count} is in place.`);
  desk.advanceClock(DAY);
  expect(formatDocumentProgress(await slots())).toBe(`0 of ${count} are in place. 1 has expired.`);
  const { current, history } = await certificate();
  expect([current.length, history.length]).toEqual([0, 1]);
});

test("the stamp of an approval says expired from its date on", async () => {
  const { certificate } = await memberWithApproval();
  expect(words(await certificate())).toContain("Approved until");
  desk.advanceClock(DAY);
  expect(words(await certificate())).toMatch(/Expired on \d+ Mar 2026, today/);
  expect(words(await certificate())).not.toContain("Approved");
});

test("the stamp reads the clock, not the stored status", async () => {
  const { certificate } = await memberWithApproval();
  const { field, current } = await certificate();
  desk.advanceClock(DAY);
  expect(words({ field, current, pending: [], history: [] })).toContain("Expired on");
});
