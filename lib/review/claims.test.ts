import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { claimDocument, claimNextDocument, releaseClaim } from "./claims";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  await fixture.context.db.file.deleteMany();
  member = await fixture.createPerson([], "member");
  ada = await fixture.createPerson(["medicalLetter"]);
  bob = await fixture.createPerson(["medicalLetter"]);
});
afterAll(() => fixture.drop());

const submitLetters = (count: number) =>
  Promise.all(Array.from({ length: count }, () => fixture.submitFile(member, "medicalLetter")));

describe("claiming the next document", () => {
  test("gives twenty concurrent reviewers twenty different documents", async () => {
    await submitLetters(20);
    const reviewers = await Promise.all(
      Array.from({ length: 20 }, () => fixture.createPerson(["medicalLetter"])),
    );
    const claimed = await Promise.all(
      reviewers.map((reviewer) => claimNextDocument(fixture.context, reviewer, {})),
    );
    expect(new Set(claimed.map((review) => review?.file.id)).size).toBe(20);
    for (const [index, review] of claimed.entries()) {
      expect(review?.claim?.by.id).toBe(reviewers[index]?.id);
    }
  });

  test("gives five documents to five of twenty concurrent reviewers", async () => {
    await submitLetters(5);
    const reviewers = await Promise.all(
      Array.from({ length: 20 }, () => fixture.createPerson(["medicalLetter"])),
    );
    const claimed = await Promise.all(
      reviewers.map((reviewer) => claimNextDocument(fixture.context, reviewer, {})),
    );
    const ids = claimed.flatMap((review) => review?.file.id ?? []);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  test("claims the oldest document of all granted fields", async () => {
    const [grace, carl] = await Promise.all(
      [1, 2].map(() => fixture.createPerson(["dbsCertificate", "medicalLetter"])),
    );
    const younger = await fixture.submitFile(member, "dbsCertificate", { createdAt: new Date("2026-02-02") });
    const older = await fixture.submitFile(member, "medicalLetter", { createdAt: new Date("2026-02-01") });
    expect((await claimNextDocument(fixture.context, grace ?? ada, {}))?.file.id).toBe(older.id);
    expect((await claimNextDocument(fixture.context, carl ?? ada, {}))?.file.id).toBe(younger.id);
  });

  test("never claims the reviewer's own document", async () => {
    await fixture.submitFile(ada, "medicalLetter", { createdAt: new Date("2026-01-01") });
    expect(await claimNextDocument(fixture.context, ada, {})).toBeNull();
    expect((await claimNextDocument(fixture.context, bob, {}))?.member.id).toBe(ada.id);
  });

  test("claims nothing without a grant for the field", async () => {
    await submitLetters(1);
    expect(await claimNextDocument(fixture.context, await fixture.createPerson([], "admin"), {})).toBeNull();
    expect(
      await claimNextDocument(fixture.context, await fixture.createPerson(["dbsCertificate"]), {}),
    ).toBeNull();
  });

  test("claims nothing of a field without reviews", async () => {
    await fixture.submitFile(member, "contract");
    expect(await claimNextDocument(fixture.context, await fixture.createPerson(["contract"]), {})).toBeNull();
  });

  test("returns the same claim to three concurrent tabs", async () => {
    await submitLetters(5);
    const tabs = await Promise.all([
      claimNextDocument(fixture.context, ada, {}),
      claimNextDocument(fixture.context, ada, {}),
      claimNextDocument(fixture.context, ada, {}),
    ]);
    expect(new Set(tabs.map((review) => review?.file.id)).size).toBe(1);
  });

  test("claims one document ahead and rejects a third", async () => {
    await submitLetters(5);
    const first = await claimNextDocument(fixture.context, ada, {});
    const second = await claimNextDocument(fixture.context, ada, { ahead: true });
    expect(second?.file.id).not.toBe(first?.file.id);
    await expect(claimNextDocument(fixture.context, ada, { ahead: true })).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await claimNextDocument(fixture.context, ada, {}))?.file.id).toBe(first?.file.id);
  });

  test("claims a document at the end of another claim", async () => {
    const [letter] = await submitLetters(1);
    await claimNextDocument(fixture.context, ada, {});
    fixture.advanceClock(fixture.context.limits.claimTtl - 1);
    expect(await claimNextDocument(fixture.context, bob, {})).toBeNull();
    fixture.advanceClock(1);
    expect(await claimNextDocument(fixture.context, bob, {})).toMatchObject({
      file: { id: letter?.id },
      claim: { by: { id: bob.id } },
    });
  });
});

describe("a claim on one document", () => {
  test("is renewed for its reviewer and rejected for others", async () => {
    const letter = await fixture.submitFile(member, "medicalLetter");
    const first = await claimDocument(fixture.context, ada, letter.id);
    fixture.advanceClock(60);
    const renewed = await claimDocument(fixture.context, ada, letter.id);
    expect(Date.parse(renewed.claim?.until ?? "") - Date.parse(first.claim?.until ?? "")).toBe(60_000);
    await expect(claimDocument(fixture.context, bob, letter.id)).rejects.toMatchObject({
      code: "conflict",
      detail: expect.stringContaining(ada.name),
    });
  });

  test("succeeds for one of twenty concurrent reviewers", async () => {
    const letter = await fixture.submitFile(member, "medicalLetter");
    const reviewers = await Promise.all(
      Array.from({ length: 20 }, () => fixture.createPerson(["medicalLetter"])),
    );
    const outcomes = await Promise.allSettled(
      reviewers.map((reviewer) => claimDocument(fixture.context, reviewer, letter.id)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("is one of at most five, even from concurrent tabs", async () => {
    const letters = await submitLetters(8);
    const outcomes = await Promise.allSettled(
      letters.map(({ id }) => claimDocument(fixture.context, ada, id)),
    );
    const claimed = outcomes.flatMap((outcome) =>
      outcome.status === "fulfilled" ? [outcome.value.file.id] : [],
    );
    expect(claimed).toHaveLength(5);
    await expect(claimDocument(fixture.context, ada, claimed[0] ?? "")).resolves.toBeDefined();
    const [other = ""] = letters.map(({ id }) => id).filter((id) => !claimed.includes(id));
    await expect(claimDocument(fixture.context, ada, other)).rejects.toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("already claimed 5 documents"),
    });
    await releaseClaim(fixture.context, ada, claimed[0] ?? "");
    await expect(claimDocument(fixture.context, ada, other)).resolves.toBeDefined();
  });

  test("is forbidden on the reviewer's own document", async () => {
    const own = await fixture.submitFile(ada, "medicalLetter");
    await expect(claimDocument(fixture.context, ada, own.id)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is not found without a grant, like a missing document", async () => {
    const certificate = await fixture.submitFile(member, "dbsCertificate");
    for (const id of [certificate.id, newId(), "x"]) {
      await expect(claimDocument(fixture.context, ada, id)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("is rejected on a decided or replaced document", async () => {
    for (const status of ["approved", "rejected", "superseded", "withdrawn"] as const) {
      const letter = await fixture.submitFile(member, "medicalLetter", { status });
      await expect(claimDocument(fixture.context, ada, letter.id)).rejects.toMatchObject({
        code: "conflict",
      });
    }
  });

  test("is released only by its own reviewer", async () => {
    const letter = await fixture.submitFile(member, "medicalLetter");
    await claimDocument(fixture.context, ada, letter.id);
    await releaseClaim(fixture.context, bob, letter.id);
    expect(await claimNextDocument(fixture.context, bob, {})).toBeNull();
    await releaseClaim(fixture.context, ada, letter.id);
    await releaseClaim(fixture.context, ada, letter.id);
    expect((await claimNextDocument(fixture.context, bob, {}))?.file.id).toBe(letter.id);
  });
});
