import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { logAccess } from "../audit/access-log";
import type { Viewer } from "../permissions/viewer";
import { claimDocument, claimNextDocument, releaseClaim } from "./claims";
import { decideOnDocument } from "./decide";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;
let letter: { id: string; sha256: string };

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  await fixture.context.db.file.deleteMany();
  member = await fixture.createPerson([], "member");
  ada = await fixture.createPerson(["medicalLetter"]);
  bob = await fixture.createPerson(["medicalLetter"]);
  letter = await fixture.submitFile(member, "medicalLetter");
});
afterAll(() => fixture.drop());

const claim = () => claimDocument(fixture.context, ada, letter.id);
const view = (viewer = ada) => fixture.viewPage(viewer, letter.id);
const approve = () =>
  decideOnDocument(fixture.context, ada, letter.id, {
    outcome: "approve",
    sha256: letter.sha256,
    facts: { signed: true },
  });
const countViews = () => fixture.context.db.access.count({ where: { fileId: letter.id, intent: "view" } });

async function expectUnseen() {
  await expect(approve()).rejects.toMatchObject({
    code: "conflict",
    detail: expect.stringContaining("Look at the document before you approve it."),
  });
  expect((await fixture.findFile(letter.id)).status).toBe("submitted");
}

test("an approval needs a page shown within the claim", async () => {
  await claim();
  await expectUnseen();
  await view();
  expect((await approve()).file.status).toBe("approved");
});

test("a download counts only for a document without page images", async () => {
  const { db } = fixture.context;
  const client = { address: null, userAgent: null };
  await db.file.update({ where: { id: letter.id }, data: { pages: 1 } });
  await claim();
  await logAccess(fixture.context, ada, letter.id, "download", client);
  await expectUnseen();
  await db.file.update({ where: { id: letter.id }, data: { pages: null } });
  expect((await approve()).file.status).toBe("approved");
});

test("an approval needs a page shown within the next claim", async () => {
  await claimNextDocument(fixture.context, ada, {});
  await expectUnseen();
  await view();
  expect((await approve()).file.status).toBe("approved");
});

test("a page shown to another reviewer counts for no approval", async () => {
  await claim();
  await view(bob);
  await expectUnseen();
});

test("a page shown before the claim counts for no approval", async () => {
  await view();
  fixture.advanceClock(1);
  await claim();
  await expectUnseen();
  await view();
  expect((await approve()).file.status).toBe("approved");
  expect(await countViews()).toBe(2);
});

test("a page shown within an earlier claim counts for no approval", async () => {
  await claim();
  await view();
  await releaseClaim(fixture.context, ada, letter.id);
  fixture.advanceClock(1);
  await claim();
  await expectUnseen();
  await view();
  fixture.advanceClock(fixture.context.limits.claimTtl);
  await claim();
  await expectUnseen();
});

test("a page shown before a renewal or an undo still counts", async () => {
  await claim();
  await view();
  for (let renewals = 0; renewals < 3; renewals += 1) {
    fixture.advanceClock(fixture.context.limits.claimTtl - 1);
    await claim();
  }
  await approve();
  await undoDecision(fixture.context, ada, letter.id);
  expect((await approve()).file.status).toBe("approved");
  expect(await countViews()).toBe(1);
});

test("a rejection needs no page shown", async () => {
  await claim();
  const request = { outcome: "reject", reason: "not_fit", sha256: letter.sha256 } as const;
  const review = await decideOnDocument(fixture.context, ada, letter.id, request);
  expect(review.file.status).toBe("rejected");
});
