import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Viewer } from "../accounts/viewer";
import { newId } from "../id";
import { claimDocument, claimNextDocument, releaseClaim } from "./claims";
import { type ReviewFixture, createReviewFixture } from "./testing/review-fixture";

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  await fixture.deps.db.file.deleteMany();
  member = await fixture.person([], "member");
  ada = await fixture.person(["medicalLetter"]);
  bob = await fixture.person(["medicalLetter"]);
});
afterAll(() => fixture.drop());

const submitLetters = (count: number) =>
  Promise.all(Array.from({ length: count }, () => fixture.submit(member, "medicalLetter")));

describe("claiming the next document", () => {
  test("gives twenty reviewers who ask at once twenty different documents", async () => {
    await submitLetters(20);
    const reviewers = await Promise.all(Array.from({ length: 20 }, () => fixture.person(["medicalLetter"])));
    const claimed = await Promise.all(reviewers.map((reviewer) => claimNextDocument(fixture.deps, reviewer, {})));
    expect(new Set(claimed.map((review) => review?.file.id)).size).toBe(20);
    for (const [index, review] of claimed.entries()) {
      expect(review?.claim?.by.id).toBe(reviewers[index]?.id);
    }
  });

  test("gives five of twenty reviewers the five there are, and the others none", async () => {
    await submitLetters(5);
    const reviewers = await Promise.all(Array.from({ length: 20 }, () => fixture.person(["medicalLetter"])));
    const claimed = await Promise.all(reviewers.map((reviewer) => claimNextDocument(fixture.deps, reviewer, {})));
    const ids = claimed.flatMap((review) => review?.file.id ?? []);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  test("takes the oldest first, of whichever field", async () => {
    const [grace, carl] = await Promise.all(
      [1, 2].map(() => fixture.person(["dbsCertificate", "medicalLetter"])),
    );
    const younger = await fixture.submit(member, "dbsCertificate", { at: new Date("2026-02-02") });
    const older = await fixture.submit(member, "medicalLetter", { at: new Date("2026-02-01") });
    expect((await claimNextDocument(fixture.deps, grace ?? ada, {}))?.file.id).toBe(older.id);
    expect((await claimNextDocument(fixture.deps, carl ?? ada, {}))?.file.id).toBe(younger.id);
  });

  test("never gives anybody their own document", async () => {
    await fixture.submit(ada, "medicalLetter", { at: new Date("2026-01-01") });
    expect(await claimNextDocument(fixture.deps, ada, {})).toBeNull();
    expect((await claimNextDocument(fixture.deps, bob, {}))?.member.id).toBe(ada.id);
  });

  test("gives nothing to somebody without a grant for that field, whatever their role", async () => {
    await submitLetters(1);
    expect(await claimNextDocument(fixture.deps, await fixture.person([], "admin"), {})).toBeNull();
    expect(await claimNextDocument(fixture.deps, await fixture.person(["dbsCertificate"]), {})).toBeNull();
  });

  test("gives nothing of a field that nobody reviews, grant or not", async () => {
    await fixture.submit(member, "contract");
    expect(await claimNextDocument(fixture.deps, await fixture.person(["contract"]), {})).toBeNull();
  });

  test("gives the same one again until it is decided, from two tabs at once too", async () => {
    await submitLetters(5);
    const tabs = await Promise.all([
      claimNextDocument(fixture.deps, ada, {}),
      claimNextDocument(fixture.deps, ada, {}),
      claimNextDocument(fixture.deps, ada, {}),
    ]);
    expect(new Set(tabs.map((review) => review?.file.id)).size).toBe(1);
  });

  test("prepares one more, and refuses a third", async () => {
    await submitLetters(5);
    const first = await claimNextDocument(fixture.deps, ada, {});
    const second = await claimNextDocument(fixture.deps, ada, { ahead: true });
    expect(second?.file.id).not.toBe(first?.file.id);
    await expect(claimNextDocument(fixture.deps, ada, { ahead: true })).rejects.toMatchObject({ code: "conflict" });
    expect((await claimNextDocument(fixture.deps, ada, {}))?.file.id).toBe(first?.file.id);
  });

  test("takes what another one's time has run out for, and not a moment earlier", async () => {
    const [letter] = await submitLetters(1);
    await claimNextDocument(fixture.deps, ada, {});
    fixture.forward(fixture.deps.limits.claimTtl - 1);
    expect(await claimNextDocument(fixture.deps, bob, {})).toBeNull();
    fixture.forward(1);
    expect(await claimNextDocument(fixture.deps, bob, {})).toMatchObject({
      file: { id: letter?.id },
      claim: { by: { id: bob.id } },
    });
  });
});

describe("a claim on one document", () => {
  test("is renewed by its holder and refused to others, by the holder's name", async () => {
    const letter = await fixture.submit(member, "medicalLetter");
    const first = await claimDocument(fixture.deps, ada, letter.id);
    fixture.forward(60);
    const renewed = await claimDocument(fixture.deps, ada, letter.id);
    expect(Date.parse(renewed.claim?.until ?? "") - Date.parse(first.claim?.until ?? "")).toBe(60_000);
    await expect(claimDocument(fixture.deps, bob, letter.id)).rejects.toMatchObject({
      code: "conflict",
      detail: expect.stringContaining(ada.name),
    });
  });

  test("goes to exactly one of twenty who want it at once", async () => {
    const letter = await fixture.submit(member, "medicalLetter");
    const reviewers = await Promise.all(Array.from({ length: 20 }, () => fixture.person(["medicalLetter"])));
    const outcomes = await Promise.allSettled(
      reviewers.map((reviewer) => claimDocument(fixture.deps, reviewer, letter.id)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("is forbidden on one's own document", async () => {
    const own = await fixture.submit(ada, "medicalLetter");
    await expect(claimDocument(fixture.deps, ada, own.id)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is not found without a grant, just as a document that is not there", async () => {
    const certificate = await fixture.submit(member, "dbsCertificate");
    for (const id of [certificate.id, newId(), "x"]) {
      await expect(claimDocument(fixture.deps, ada, id)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("is refused once the document is decided or replaced", async () => {
    for (const status of ["approved", "rejected", "superseded", "withdrawn"] as const) {
      const letter = await fixture.submit(member, "medicalLetter", { status });
      await expect(claimDocument(fixture.deps, ada, letter.id)).rejects.toMatchObject({ code: "conflict" });
    }
  });

  test("is given back by its holder alone", async () => {
    const letter = await fixture.submit(member, "medicalLetter");
    await claimDocument(fixture.deps, ada, letter.id);
    await releaseClaim(fixture.deps, bob, letter.id);
    expect(await claimNextDocument(fixture.deps, bob, {})).toBeNull();
    await releaseClaim(fixture.deps, ada, letter.id);
    await releaseClaim(fixture.deps, ada, letter.id);
    expect((await claimNextDocument(fixture.deps, bob, {}))?.file.id).toBe(letter.id);
  });
});
