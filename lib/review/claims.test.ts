import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Viewer } from "../accounts/viewer";
import { newId } from "../id";
import { claim, claimNext, release } from "./claims";
import { type TestDesk, testDesk } from "./testing/desk";

let desk: TestDesk;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  desk = await testDesk();
});
beforeEach(async () => {
  await desk.deps.db.file.deleteMany();
  member = await desk.person([], "member");
  ada = await desk.person(["medicalLetter"]);
  bob = await desk.person(["medicalLetter"]);
});
afterAll(() => desk.drop());

const letters = (count: number) =>
  Promise.all(Array.from({ length: count }, () => desk.submit(member, "medicalLetter")));

describe("claiming the next document", () => {
  test("gives twenty reviewers who ask at once twenty different documents", async () => {
    await letters(20);
    const reviewers = await Promise.all(Array.from({ length: 20 }, () => desk.person(["medicalLetter"])));
    const claimed = await Promise.all(reviewers.map((reviewer) => claimNext(desk.deps, reviewer, {})));
    expect(new Set(claimed.map((review) => review?.file.id)).size).toBe(20);
    for (const [index, review] of claimed.entries()) {
      expect(review?.claim?.by.id).toBe(reviewers[index]?.id);
    }
  });

  test("gives five of twenty reviewers the five there are, and the others none", async () => {
    await letters(5);
    const reviewers = await Promise.all(Array.from({ length: 20 }, () => desk.person(["medicalLetter"])));
    const claimed = await Promise.all(reviewers.map((reviewer) => claimNext(desk.deps, reviewer, {})));
    const ids = claimed.flatMap((review) => review?.file.id ?? []);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  test("takes the oldest first, of whichever field", async () => {
    const [grace, carl] = await Promise.all(
      [1, 2].map(() => desk.person(["dbsCertificate", "medicalLetter"])),
    );
    const younger = await desk.submit(member, "dbsCertificate", { at: new Date("2026-02-02") });
    const older = await desk.submit(member, "medicalLetter", { at: new Date("2026-02-01") });
    expect((await claimNext(desk.deps, grace ?? ada, {}))?.file.id).toBe(older.id);
    expect((await claimNext(desk.deps, carl ?? ada, {}))?.file.id).toBe(younger.id);
  });

  test("never gives anybody their own document", async () => {
    await desk.submit(ada, "medicalLetter", { at: new Date("2026-01-01") });
    expect(await claimNext(desk.deps, ada, {})).toBeNull();
    expect((await claimNext(desk.deps, bob, {}))?.member.id).toBe(ada.id);
  });

  test("gives nothing to somebody without a grant for that field, whatever their role", async () => {
    await letters(1);
    expect(await claimNext(desk.deps, await desk.person([], "admin"), {})).toBeNull();
    expect(await claimNext(desk.deps, await desk.person(["dbsCertificate"]), {})).toBeNull();
  });

  test("gives nothing of a field that nobody reviews, grant or not", async () => {
    await desk.submit(member, "contract");
    expect(await claimNext(desk.deps, await desk.person(["contract"]), {})).toBeNull();
  });

  test("gives the same one again until it is decided, from two tabs at once too", async () => {
    await letters(5);
    const tabs = await Promise.all([
      claimNext(desk.deps, ada, {}),
      claimNext(desk.deps, ada, {}),
      claimNext(desk.deps, ada, {}),
    ]);
    expect(new Set(tabs.map((review) => review?.file.id)).size).toBe(1);
  });

  test("prepares one more, and refuses a third", async () => {
    await letters(5);
    const first = await claimNext(desk.deps, ada, {});
    const second = await claimNext(desk.deps, ada, { ahead: true });
    expect(second?.file.id).not.toBe(first?.file.id);
    await expect(claimNext(desk.deps, ada, { ahead: true })).rejects.toMatchObject({ code: "conflict" });
    expect((await claimNext(desk.deps, ada, {}))?.file.id).toBe(first?.file.id);
  });

  test("takes what another one's time has run out for, and not a moment earlier", async () => {
    const [letter] = await letters(1);
    await claimNext(desk.deps, ada, {});
    desk.forward(desk.deps.limits.claimTtl - 1);
    expect(await claimNext(desk.deps, bob, {})).toBeNull();
    desk.forward(1);
    expect(await claimNext(desk.deps, bob, {})).toMatchObject({
      file: { id: letter?.id },
      claim: { by: { id: bob.id } },
    });
  });
});

describe("a claim on one document", () => {
  test("is renewed by its holder and refused to others, by the holder's name", async () => {
    const letter = await desk.submit(member, "medicalLetter");
    const first = await claim(desk.deps, ada, letter.id);
    desk.forward(60);
    const renewed = await claim(desk.deps, ada, letter.id);
    expect(Date.parse(renewed.claim?.until ?? "") - Date.parse(first.claim?.until ?? "")).toBe(60_000);
    await expect(claim(desk.deps, bob, letter.id)).rejects.toMatchObject({
      code: "conflict",
      detail: expect.stringContaining(ada.name),
    });
  });

  test("goes to exactly one of twenty who want it at once", async () => {
    const letter = await desk.submit(member, "medicalLetter");
    const reviewers = await Promise.all(Array.from({ length: 20 }, () => desk.person(["medicalLetter"])));
    const outcomes = await Promise.allSettled(
      reviewers.map((reviewer) => claim(desk.deps, reviewer, letter.id)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("is forbidden on one's own document", async () => {
    const own = await desk.submit(ada, "medicalLetter");
    await expect(claim(desk.deps, ada, own.id)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is not found without a grant, just as a document that is not there", async () => {
    const certificate = await desk.submit(member, "dbsCertificate");
    for (const id of [certificate.id, newId(), "x"]) {
      await expect(claim(desk.deps, ada, id)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("is refused once the document is decided or replaced", async () => {
    for (const status of ["approved", "rejected", "superseded", "withdrawn"] as const) {
      const letter = await desk.submit(member, "medicalLetter", { status });
      await expect(claim(desk.deps, ada, letter.id)).rejects.toMatchObject({ code: "conflict" });
    }
  });

  test("is given back by its holder alone", async () => {
    const letter = await desk.submit(member, "medicalLetter");
    await claim(desk.deps, ada, letter.id);
    await release(desk.deps, bob, letter.id);
    expect(await claimNext(desk.deps, bob, {})).toBeNull();
    await release(desk.deps, ada, letter.id);
    await release(desk.deps, ada, letter.id);
    expect((await claimNext(desk.deps, bob, {}))?.file.id).toBe(letter.id);
  });
});
