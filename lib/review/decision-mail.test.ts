import { mkdtempSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withdrawFile } from "../files/withdraw-file";
import { deliverDueMails } from "../mail/deliver";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "./claims";
import { decideOnDocument } from "./decide";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import { undoDecision } from "./undo";

const folder = mkdtempSync(join(tmpdir(), "dossier-mail-"));
/** The undo time, and a margin for the clocks of other processes. */
const AFTER_UNDO_SECONDS = 16;

let fixture: ReviewFixture;
let member: Viewer;
let reviewer: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
  reviewer = await fixture.createPerson(["medicalLetter", "dbsCertificate"]);
});
beforeEach(async () => {
  await fixture.context.db.mail.deleteMany();
  await rm(folder, { recursive: true, force: true });
  member = await fixture.createPerson([], "member");
});
afterAll(async () => {
  await fixture.drop();
  await rm(folder, { recursive: true, force: true });
});

type Decision = "approve" | "request_changes" | "reject";

async function decide(outcome: Decision, field = "medicalLetter") {
  const file = await fixture.submitFile(member, field);
  await claimDocument(fixture.context, reviewer, file.id);
  await fixture.viewPage(reviewer, file.id);
  const reasons = { request_changes: "incomplete", reject: "not_fit" };
  const request =
    outcome === "approve"
      ? { outcome, facts: { signed: true }, sha256: file.sha256 }
      : { outcome, reason: reasons[outcome], message: "A word about page 2.", sha256: file.sha256 };
  await decideOnDocument(fixture.context, reviewer, file.id, request);
  return { id: file.id, repeat: () => decideOnDocument(fixture.context, reviewer, file.id, request) };
}

async function deliver(): Promise<number> {
  const mail = {
    appUrl: "https://dossier.test",
    from: { name: "Dossier", address: "dossier@dossier.test" },
    transport: { kind: "folder", folder } as const,
    secret: "a secret that only tests know, long enough",
  };
  return (await deliverDueMails({ ...fixture.context, mail })).mailed;
}

const outbox = () =>
  fixture.context.db.mail.findMany({
    orderBy: { id: "asc" },
    select: { template: true, state: true, recipientId: true },
  });

test.each([
  ["approve", "news"],
  ["request_changes", "send-again"],
  ["reject", "news"],
] as const)("the decision %s becomes the mail %s after the undo time", async (outcome, template) => {
  await decide(outcome);
  expect(await outbox()).toEqual([{ template, state: "waiting", recipientId: member.id }]);
  fixture.advanceClock(AFTER_UNDO_SECONDS - 6);
  expect(await deliver()).toBe(0);
  fixture.advanceClock(6);
  expect(await deliver()).toBe(1);
  expect(await outbox()).toMatchObject([{ state: "sent" }]);
});

test("a row of the outbox has ids and no words", async () => {
  await decide("request_changes");
  const row = await fixture.context.db.mail.findFirstOrThrow();
  expect(row.detail).toEqual({ decisionId: expect.any(String) });
  expect(JSON.stringify(row)).not.toMatch(/page 2|medical|document\.pdf|example\.org/);
});

test("an undo removes the mail", async () => {
  const { id } = await decide("approve");
  await undoDecision(fixture.context, reviewer, id);
  expect(await outbox()).toEqual([]);
});

test("a repeated decision is one mail", async () => {
  const { repeat } = await decide("approve");
  await repeat();
  expect(await outbox()).toHaveLength(1);
});

test("several decisions that are due together are one mail", async () => {
  await decide("approve");
  await decide("reject");
  fixture.advanceClock(AFTER_UNDO_SECONDS);
  expect(await deliver()).toBe(1);
  expect(await outbox()).toMatchObject([{ state: "sent" }, { state: "merged" }]);
  expect((await readdir(folder)).filter((name) => name.endsWith(".eml"))).toHaveLength(1);
});

test("an undone decision does not stop the mail about another one", async () => {
  const { id } = await decide("approve");
  await decide("request_changes");
  await undoDecision(fixture.context, reviewer, id);
  fixture.advanceClock(AFTER_UNDO_SECONDS);
  expect(await deliver()).toBe(1);
  expect(await outbox()).toMatchObject([{ template: "send-again", state: "sent" }]);
});

describe.each(["approve", "request_changes"] as const)("the mail about %s is not sent if", (outcome) => {
  async function expectNoMail(): Promise<void> {
    fixture.advanceClock(AFTER_UNDO_SECONDS);
    expect(await deliver()).toBe(0);
    expect(await outbox()).toMatchObject([{ state: "skipped" }]);
  }

  test("the member withdrew the document", async () => {
    const { id } = await decide(outcome);
    await withdrawFile(fixture.context, member, id);
    await expectNoMail();
  });

  test.each([
    ["the member replaced the document", { status: "superseded", slot: null }],
    ["the retention of the document has ended", { purgedAt: new Date() }],
    ["a reviewer decided again", { decidedAt: new Date() }],
  ] as const)("%s", async (_, data) => {
    const { id } = await decide(outcome);
    await fixture.context.db.file.update({ where: { id }, data });
    await expectNoMail();
  });
});

test("a decision that fails leaves no mail", async () => {
  const file = await fixture.submitFile(member, "medicalLetter");
  const request = { outcome: "reject", reason: "not_fit", sha256: file.sha256 } as const;
  await expect(decideOnDocument(fixture.context, reviewer, file.id, request)).rejects.toThrow();
  expect(await outbox()).toEqual([]);
});
