import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Viewer } from "../accounts/viewer";
import { claim } from "./claims";
import { decide } from "./decide";
import { type TestDesk, testDesk } from "./testing/desk";
import { undo } from "./undo";

let desk: TestDesk;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  desk = await testDesk();
});
beforeEach(async () => {
  member = await desk.person([], "member");
  ada = await desk.person(["dbsCertificate"]);
  bob = await desk.person(["dbsCertificate"]);
});
afterAll(() => desk.drop());

const FACTS = { certificateNumber: "001234", issuedOn: "2026-01-15" };

/** An approved certificate and its renewal, which waits. */
async function renewal() {
  const held = await desk.submit(member, "dbsCertificate", { status: "approved", place: "held" });
  const renewed = await desk.submit(member, "dbsCertificate", { version: 2 });
  return { held, renewed };
}

async function approve({ id, sha256 }: { id: string; sha256: string }) {
  await claim(desk.deps, ada, id);
  return decide(desk.deps, ada, id, { outcome: "approve", facts: FACTS, sha256 });
}

async function reject({ id, sha256 }: { id: string; sha256: string }) {
  await claim(desk.deps, ada, id);
  return decide(desk.deps, ada, id, { outcome: "reject", reason: "not_genuine", sha256 });
}

describe("approving a renewal", () => {
  test("supersedes the approval that it replaces, which stays on file", async () => {
    const { held, renewed } = await renewal();
    const review = await approve(renewed);
    expect(review.previous).toMatchObject({ id: held.id, status: "superseded" });
    expect(await desk.file(held.id)).toMatchObject({ status: "superseded", slot: null, purgedAt: null });
    expect((await desk.file(renewed.id)).slot).toBe(held.slot);
  });

  test("that is refused takes nobody's cover away", async () => {
    const { held, renewed } = await renewal();
    await reject(renewed);
    expect(await desk.file(held.id)).toMatchObject({ status: "approved", slot: held.slot });
  });
});

describe("undoing", () => {
  test("puts everything back, a superseded approval included, and hands the document back to its reviewer", async () => {
    const { held, renewed } = await renewal();
    const before = { held: await desk.file(held.id), renewed: await desk.file(renewed.id) };
    await approve(renewed);
    const review = await undo(desk.deps, ada, renewed.id);
    expect(review.claim?.by.id).toBe(ada.id);
    expect(review.decisions.map(({ outcome }) => outcome)).toEqual(["approve", "undo"]);
    expect(await desk.file(held.id)).toEqual(before.held);
    expect(await desk.file(renewed.id)).toEqual({
      ...before.renewed,
      facts: {},
      claimById: ada.id,
      claimUntil: expect.any(Date),
    });
    expect((await approve(renewed)).file.status).toBe("approved");
  });

  test("is in time at its last moment, and late after it", async () => {
    const early = await desk.submit(member, "dbsCertificate");
    await reject(early);
    desk.forward(desk.deps.limits.undoTtl);
    expect((await undo(desk.deps, ada, early.id)).file.status).toBe("submitted");
    await reject(early);
    desk.forward(desk.deps.limits.undoTtl + 0.001);
    await expect(undo(desk.deps, ada, early.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await desk.file(early.id)).status).toBe("rejected");
  });

  test("is for the one who decided alone", async () => {
    const certificate = await desk.submit(member, "dbsCertificate");
    await reject(certificate);
    await expect(undo(desk.deps, bob, certificate.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await desk.file(certificate.id)).status).toBe("rejected");
  });

  test("happens once, however often it is asked for at once", async () => {
    const certificate = await desk.submit(member, "dbsCertificate");
    await reject(certificate);
    const tries = await Promise.allSettled([1, 2, 3].map(() => undo(desk.deps, ada, certificate.id)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const undone = { fileId: certificate.id, outcome: "undo" };
    expect(await desk.deps.db.decision.count({ where: undone })).toBe(1);
  });

  test("needs a decision", async () => {
    const certificate = await desk.submit(member, "dbsCertificate");
    await expect(undo(desk.deps, ada, certificate.id)).rejects.toMatchObject({ code: "conflict" });
  });

  test("gives way to a newer submission that has taken the place", async () => {
    const { held, renewed } = await renewal();
    await approve(renewed);
    const third = await desk.submit(member, "dbsCertificate", { version: 3 });
    await expect(undo(desk.deps, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect(await desk.file(renewed.id)).toMatchObject({ status: "approved", slot: held.slot });
    expect(await desk.file(third.id)).toMatchObject({ status: "submitted" });
  });

  test("does not bring back an approval whose bytes are gone since", async () => {
    const { held, renewed } = await renewal();
    await approve(renewed);
    await desk.deps.db.file.update({ where: { id: held.id }, data: { purgedAt: desk.deps.clock.now() } });
    await expect(undo(desk.deps, ada, renewed.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await desk.file(renewed.id)).status).toBe("approved");
  });
});
