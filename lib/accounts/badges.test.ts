import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withdrawFile } from "../files/withdraw-file";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "../review/claims";
import { decideOnDocument } from "../review/decide";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { undoDecision } from "../review/undo";
import { type Badge, findBadges } from "./badges";
import { changeProfile, getPublicProfile, profileChangeSchema } from "./profile";

const DAY = 24 * 3600;
const BADGE = { field: "dbsCertificate", label: "DBS certificate checked" };
let fixture: ReviewFixture;
let member: Viewer;
let handle: string;
let reviewer: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  member = await fixture.createPerson([], "member");
  reviewer = await fixture.createPerson(["dbsCertificate"]);
  handle = `member-${member.id.slice(-12)}`;
  await changeProfile(fixture.context, member, { handle, visibility: "public", badges: ["dbsCertificate"] });
});
afterAll(() => fixture.drop());

const badges = async (): Promise<Badge[]> => (await getPublicProfile(fixture.context, handle)).badges;

async function approve(issuedOn?: string) {
  const file = await fixture.submitFile(member, "dbsCertificate");
  await decide(file, issuedOn);
  return file;
}

async function decide(file: { id: string; sha256: string }, issuedOn = "2026-02-01") {
  await claimDocument(fixture.context, reviewer, file.id);
  await fixture.viewPage(reviewer, file.id);
  const facts = { certificateNumber: "SECRET-1", issuedOn };
  await decideOnDocument(fixture.context, reviewer, file.id, {
    outcome: "approve",
    facts,
    sha256: file.sha256,
  });
}

describe("a badge", () => {
  test("says that a document was checked, and until when", async () => {
    const file = await approve();
    const at = fixture.context.clock.now().toISOString();
    expect(await badges()).toEqual([{ ...BADGE, checkedAt: at, validUntil: "2029-02-01T23:59:59.999Z" }]);
    const shown = JSON.stringify(await getPublicProfile(fixture.context, handle));
    for (const secret of [file.id, file.name, file.sha256, "SECRET-1", reviewer.name])
      expect(shown).not.toContain(secret);
  });

  test("is shown only if the member chooses it", async () => {
    await approve();
    await changeProfile(fixture.context, member, { badges: [] });
    expect(await badges()).toEqual([]);
    // As if another field had a badge, which the member chose alone.
    expect(await findBadges(fixture.context, { id: member.id, badges: ["medicalLetter"] })).toEqual([]);
  });

  test("is not shown before the approval, and is gone after its undo", async () => {
    const file = await fixture.submitFile(member, "dbsCertificate");
    expect(await badges()).toEqual([]);
    await decide(file);
    expect(await badges()).toHaveLength(1);
    await undoDecision(fixture.context, reviewer, file.id);
    expect(await badges()).toEqual([]);
  });

  test("is gone the moment the approval ends", async () => {
    await approve("2023-03-02");
    expect(await badges()).toHaveLength(1);
    fixture.advanceClock(2 * DAY);
    expect(await badges()).toEqual([]);
    fixture.advanceClock(-2 * DAY);
  });

  test("is gone when the member withdraws the document", async () => {
    const file = await approve();
    await withdrawFile(fixture.context, member, file.id);
    expect(await badges()).toEqual([]);
  });

  test("stays when a new approval replaces the one before", async () => {
    await approve("2026-02-01");
    await approve("2026-02-20");
    expect(await badges()).toMatchObject([{ validUntil: "2029-02-20T23:59:59.999Z" }]);
  });

  test("is gone with the public page", async () => {
    await approve();
    await changeProfile(fixture.context, member, { visibility: "private" });
    await expect(badges()).rejects.toMatchObject({ code: "not_found" });
  });

  test("of a field that is no longer declared is not shown", async () => {
    await fixture.context.db.user.update({
      where: { id: member.id },
      data: { badges: ["removed", "medicalLetter", "constructor"] },
    });
    expect(await badges()).toEqual([]);
  });
});

test.each([
  ["a field without a badge", ["medicalLetter"]],
  ["a field without reviews", ["contract"]],
  ["an unknown field", ["nothing"]],
  ["an inherited name", ["constructor"]],
  ["a text", "dbsCertificate"],
])("a member cannot choose %s", (_, chosen) => {
  expect(profileChangeSchema.safeParse({ badges: chosen }).success).toBe(false);
});
