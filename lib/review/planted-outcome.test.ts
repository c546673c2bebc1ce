import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fields } from "../fields/fields";
import type { Viewer } from "../permissions/viewer";
import { claimDocument, claimNextDocument } from "./claims";
import { decideOnDocument } from "./decide";
import { DECISIONS } from "./decisions";
import { OUTCOMES } from "./outcomes";
import { listReviews, queueSchema } from "./queue";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";
import { decisionSchema } from "./validate-decision";

// One more row. Its status exists in the database, but no reviewed document has it otherwise.
vi.mock("./decisions", async (original) => {
  const { DECISIONS } = await original<typeof import("./decisions")>();
  const passOn = {
    ...DECISIONS.request_changes,
    key: "p",
    needsReason: false,
    status: "stored",
    staysUndecided: true,
    mail: "news",
  };
  return { DECISIONS: { ...DECISIONS, pass_on: passOn } };
});

let fixture: ReviewFixture;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
  ada = await fixture.createPerson(["medicalLetter"]);
  bob = await fixture.createPerson(["medicalLetter"]);
});
afterAll(() => fixture.drop());

/** Submits a letter; Ada claims it and decides with the planted outcome. */
async function passOnLetter() {
  const member = await fixture.createPerson([], "member");
  const letter = await fixture.submitFile(member, "medicalLetter");
  await claimDocument(fixture.context, ada, letter.id);
  const request = decisionSchema.parse({ outcome: "pass_on", sha256: letter.sha256 });
  return { letter, review: await decideOnDocument(fixture.context, ada, letter.id, request) };
}

describe("a planted outcome", () => {
  test("sets the status of its row", async () => {
    const { review } = await passOnLetter();
    expect(review.file.status).toBe("stored");
    expect(review.decisions).toMatchObject([{ outcome: "pass_on" }]);
  });

  test("has its own filter and count in the queue", async () => {
    const { letter } = await passOnLetter();
    const queue = await listReviews(fixture.context, bob, queueSchema.parse({ status: "stored" }));
    expect(queue.items.map(({ file }) => file.id)).toContain(letter.id);
    expect(queue.counts).toMatchObject({ stored: { count: queue.items.length } });
  });

  test("leaves the document to a further decision", async () => {
    await fixture.context.db.file.deleteMany();
    const { letter } = await passOnLetter();
    expect((await claimNextDocument(fixture.context, bob, {}))?.file.id).toBe(letter.id);
    await fixture.viewPage(bob, letter.id);
    const review = await decideOnDocument(fixture.context, bob, letter.id, {
      outcome: "approve",
      sha256: letter.sha256,
      facts: { signed: true },
    });
    expect(review.file.status).toBe("approved");
    const undone = await undoDecision(fixture.context, bob, letter.id);
    expect(undone.file.status).toBe("stored");
  });
});

test("every reason of a field names an outcome that needs a reason", () => {
  const withReasons = OUTCOMES.filter((outcome) => DECISIONS[outcome].needsReason);
  for (const { name, reasons } of fields.values())
    for (const { code, outcome } of reasons) expect(withReasons, `${name}: ${code}`).toContain(outcome);
});
