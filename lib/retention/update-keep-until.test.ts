import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { waitForLocks } from "../../tests/support/wait-for-lock";
import { dbsCertificate } from "../fields/dbs-certificate";
import { supersedeEarlierFile } from "../files/supersede";
import { withdrawFile } from "../files/withdraw-file";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "../review/claims";
import { decideOnDocument } from "../review/decide";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { undoDecision } from "../review/undo";
import { dateFiles } from "./date-files";
import { updateKeepUntil } from "./update-keep-until";

let fixture: ReviewFixture;
let member: Viewer;
let reviewer: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  member = await fixture.createPerson([], "member");
  reviewer = await fixture.createPerson(["dbsCertificate"]);
});
afterAll(() => fixture.drop());

/** Submits a certificate on 1 March 2026. */
function submit(options: Parameters<ReviewFixture["submitFile"]>[2] = {}) {
  return fixture.submitFile(member, "dbsCertificate", options);
}

async function decide({ id, sha256 }: { id: string; sha256: string }, outcome: "approve" | "reject") {
  await claimDocument(fixture.context, reviewer, id);
  await fixture.viewPage(reviewer, id);
  const facts = { certificateNumber: "001234", issuedOn: "2026-01-15" };
  await decideOnDocument(fixture.context, reviewer, id, {
    outcome,
    sha256,
    ...(outcome === "approve" ? { facts } : { reason: "not_genuine" }),
  });
}

async function keepUntil(id: string): Promise<string | null> {
  return (await fixture.findFile(id)).keepUntil?.toISOString() ?? null;
}

const YEAR_AFTER_UPLOAD = "2027-03-01T23:59:59.999Z";
const SIX_MONTHS_AFTER_DECISION = "2026-09-01T23:59:59.999Z";

describe("the date of a certificate", () => {
  test("is a year after the upload as long as it is undecided", async () => {
    const { id } = await submit();
    expect(await keepUntil(id)).toBe(YEAR_AFTER_UPLOAD);
  });

  test.each(["approve", "reject"] as const)(
    "counts from the decision to %s it, until the undo",
    async (outcome) => {
      const file = await submit();
      await decide(file, outcome);
      expect(await keepUntil(file.id)).toBe(SIX_MONTHS_AFTER_DECISION);
      await undoDecision(fixture.context, reviewer, file.id);
      expect(await keepUntil(file.id)).toBe(YEAR_AFTER_UPLOAD);
    },
  );

  test("stays as it is when a later approval replaces it", async () => {
    const held = await submit({ status: "approved", place: "held" });
    const renewed = await submit({ version: 2 });
    await decide(renewed, "approve");
    const replaced = await fixture.findFile(held.id);
    expect(replaced).toMatchObject({ status: "superseded", supersededAt: fixture.context.clock.now() });
    await undoDecision(fixture.context, reviewer, renewed.id);
    expect(await fixture.findFile(held.id)).toMatchObject({ status: "approved", supersededAt: null });
  });

  test("counts from the next upload that replaces it", async () => {
    const { id } = await submit();
    const { context } = fixture;
    await context.db.$transaction((tx) =>
      supersedeEarlierFile(tx, context, { ownerId: member.id, field: dbsCertificate }),
    );
    expect(await keepUntil(id)).toBe(SIX_MONTHS_AFTER_DECISION);
  });

  test("ends with the bytes of a withdrawn one", async () => {
    const { id } = await submit();
    await withdrawFile(fixture.context, member, id);
    expect(await keepUntil(id)).toBeNull();
  });
});

test("an undo restores a replaced approval whose bytes are destroyed", async () => {
  const held = await submit({ status: "approved", place: "held" });
  await fixture.context.db.file.update({
    where: { id: held.id },
    data: { purgedAt: fixture.context.clock.now(), keepUntil: null },
  });
  const renewed = await submit({ version: 2 });
  await decide(renewed, "approve");
  await undoDecision(fixture.context, reviewer, renewed.id);
  expect(await fixture.findFile(held.id)).toMatchObject({ status: "approved", keepUntil: null });
});

describe("files without a date", () => {
  test("get the date of their rule, once", async () => {
    const file = await submit();
    const contract = await fixture.submitFile(member, "contract", { status: "stored" });
    await fixture.context.db.file.updateMany({ data: { keepUntil: null } });
    await fixture.context.db.retentionRule.deleteMany();
    expect(await dateFiles(fixture.context)).toBeGreaterThanOrEqual(2);
    expect(await keepUntil(file.id)).toBe(YEAR_AFTER_UPLOAD);
    expect(await keepUntil(contract.id)).toBeNull();
    expect(await dateFiles(fixture.context)).toBe(0);
  });

  test("are left for the next run if this one is stopped", async () => {
    const { db } = fixture.context;
    const rows = Array.from({ length: 4100 }, () => fixture.buildFileRow(member, "medicalLetter"));
    await db.file.createMany({ data: rows });
    await db.retentionRule.deleteMany();
    const stop = new AbortController();
    const stopping = {
      ...fixture.context,
      clock: {
        now: () => {
          stop.abort();
          return new Date();
        },
      },
    };
    expect(await dateFiles(stopping, stop.signal)).toBe(0);
    expect(await db.retentionRule.count({ where: { undatedAfter: { not: null } } })).toBe(3);
    const runs = await Promise.all([dateFiles(fixture.context), dateFiles(fixture.context)]);
    expect((runs[0] ?? 0) + (runs[1] ?? 0)).toBe(await db.file.count());
    expect(await db.file.count({ where: { field: "medicalLetter", keepUntil: null } })).toBe(0);
  });
});

test("a changed rule waits for a file that the old rule dates", async () => {
  const file = await submit();
  const { context } = fixture;
  const { db } = context;
  let changed: Promise<unknown> = Promise.resolve();
  await db.$transaction(async (tx) => {
    await updateKeepUntil(tx, context, dbsCertificate, file.id);
    changed = db.retentionRule
      .update({ where: { field: dbsCertificate.name }, data: { since: context.clock.now() } })
      .then();
    await waitForLocks(db);
  });
  await changed;
});
