import { afterAll, beforeAll, expect, test } from "vitest";
import { claimDocument } from "../review/claims";
import { decideOnDocument } from "../review/decide";
import { listReviews, queueSchema } from "../review/queue";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { expireApprovals } from "./expire-approvals";

let fixture: ReviewFixture;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
afterAll(() => fixture.drop());

const approved = { status: "approved", place: "held" } as const;

test("the sweep stores what the queue shows, and only that", async () => {
  const member = await fixture.createPerson([], "member");
  const other = await fixture.createPerson([], "member");
  const third = await fixture.createPerson([], "member");
  const now = fixture.context.clock.now();
  const lapsed = await fixture.submitFile(member, "dbsCertificate", { ...approved, validUntil: now });
  const later = new Date(now.getTime() + 1);
  const valid = await fixture.submitFile(other, "dbsCertificate", { ...approved, validUntil: later });
  const unlimited = await fixture.submitFile(third, "dbsCertificate", { ...approved, validUntil: null });
  const reviewer = await fixture.createPerson(["dbsCertificate"]);
  const listExpired = async () => {
    const { items, counts } = await listReviews(
      fixture.context,
      reviewer,
      queueSchema.parse({ status: "expired" }),
    );
    return [items.map(({ file }) => file.id), counts];
  };
  const before = await listExpired();
  expect(await expireApprovals(fixture.context)).toBe(1);
  expect((await fixture.findFile(lapsed.id)).status).toBe("expired");
  for (const { id } of [valid, unlimited]) expect((await fixture.findFile(id)).status).toBe("approved");
  expect(await listExpired()).toEqual(before);
  expect(await expireApprovals(fixture.context)).toBe(0);
});

test("an approval that has expired gives way to the next one", async () => {
  const member = await fixture.createPerson([], "member");
  const reviewer = await fixture.createPerson(["dbsCertificate"]);
  const validUntil = fixture.context.clock.now();
  const old = await fixture.submitFile(member, "dbsCertificate", { ...approved, validUntil });
  await expireApprovals(fixture.context);
  const { id, sha256 } = await fixture.submitFile(member, "dbsCertificate", { version: 2 });
  await claimDocument(fixture.context, reviewer, id);
  await fixture.viewPage(reviewer, id);
  const facts = { certificateNumber: "001234", issuedOn: "2026-01-15" };
  await decideOnDocument(fixture.context, reviewer, id, { outcome: "approve", sha256, facts });
  expect((await fixture.findFile(old.id)).status).toBe("superseded");
});
