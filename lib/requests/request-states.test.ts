import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { waitForLocks } from "../../tests/support/wait-for-lock";
import type { Tx } from "../db/client";
import { lockUser } from "../db/lock-user";
import { withdrawFile } from "../files/withdraw-file";
import { newId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { expireApprovals } from "../retention/expire-approvals";
import { runRetention } from "../retention/run-retention";
import { claimDocument } from "../review/claims";
import { decideOnDocument } from "../review/decide";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { undoDecision } from "../review/undo";
import { leave } from "../rights/leave";
import { type AskResult, askMembers, type NewRequest } from "./ask-members";
import { cancelRequest } from "./cancel-requests";
import { listRequests } from "./list-requests";
import { refreshRequests } from "./refresh-requests";
import type { RequestView } from "./request";

const DAY = 24 * 3600;
const FACTS = { certificateNumber: "1", issuedOn: "2026-02-01" };
let fixture: ReviewFixture;
let admin: Viewer;
let member: Viewer;
let reviewer: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  [admin, member, reviewer] = await Promise.all([
    fixture.createPerson([], "admin"),
    fixture.createPerson([], "member"),
    fixture.createPerson(["dbsCertificate", "medicalLetter"]),
  ]);
});
afterAll(() => fixture.drop());

async function ask(request: Partial<NewRequest> = {}): Promise<AskResult> {
  const wanted = { field: "dbsCertificate", members: [member.id], ...request };
  const { results } = await askMembers(fixture.context, admin, wanted);
  const [result] = results;
  if (!result) throw new Error("There is no result.");
  return result;
}

/** The member's requests, newest first. */
async function requests(): Promise<RequestView[]> {
  return (await listRequests(fixture.context, member, {})).items;
}

const states = async () => (await requests()).map(({ state }) => state);

async function decide(
  { id, sha256 }: { id: string; sha256: string },
  outcome: "approve" | "request_changes" | "reject" = "approve",
) {
  const reason = {
    approve: {},
    request_changes: { reason: "unreadable" },
    reject: { reason: "not_genuine" },
  };
  await claimDocument(fixture.context, reviewer, id);
  await fixture.viewPage(reviewer, id);
  const { field } = await fixture.findFile(id);
  const facts = outcome === "approve" ? (field === "dbsCertificate" ? FACTS : { signed: true }) : {};
  await decideOnDocument(fixture.context, reviewer, id, { outcome, facts, sha256, ...reason[outcome] });
}

/** Stores a file of a field without reviews, as a completed upload does. */
async function storeContract() {
  const file = await fixture.submitFile(member, "contract", { status: "stored" });
  await fixture.context.db.$transaction((tx) => refreshRequests(tx, [file]));
  return file;
}

describe("a request", () => {
  test("is open until its due date, and overdue from then on", async () => {
    await ask({ dueAt: "2026-03-04", message: "For the new role." });
    const dueAt = "2026-03-04T23:59:59.999Z";
    expect(await requests()).toMatchObject([
      {
        state: "open",
        dueAt,
        message: "For the new role.",
        field: "dbsCertificate",
        member: { id: member.id },
      },
    ]);
    fixture.advanceClock(4 * DAY);
    expect(await states()).toEqual(["overdue"]);
    fixture.advanceClock(-4 * DAY);
  });

  test("stays open while the document waits, and shows it", async () => {
    await ask();
    const file = await fixture.submitFile(member, "dbsCertificate");
    expect(await requests()).toMatchObject([{ state: "open", file: { id: file.id, status: "submitted" } }]);
    await decide(file, "request_changes");
    expect(await requests()).toMatchObject([
      { state: "open", file: { id: file.id, status: "changes_requested" } },
    ]);
  });

  test("is fulfilled by an approval, and open again after its undo", async () => {
    await ask();
    const file = await fixture.submitFile(member, "dbsCertificate");
    await decide(file);
    expect(await requests()).toMatchObject([
      { state: "fulfilled", file: { id: file.id, status: "approved" } },
    ]);
    await undoDecision(fixture.context, reviewer, file.id);
    expect(await requests()).toMatchObject([{ state: "open", file: { id: file.id, status: "submitted" } }]);
  });

  test("stays open after a rejection", async () => {
    await ask();
    const file = await fixture.submitFile(member, "dbsCertificate");
    await decide(file, "reject");
    expect(await requests()).toMatchObject([{ state: "open", file: { status: "rejected" } }]);
  });

  test("is open again if the member withdraws the approved document", async () => {
    await ask();
    const file = await fixture.submitFile(member, "dbsCertificate");
    await decide(file);
    await withdrawFile(fixture.context, member, file.id);
    const [request] = await requests();
    expect(request?.state).toBe("open");
    expect(request).not.toHaveProperty("file");
  });

  test("stays fulfilled when the approval is replaced, expires or is deleted", async () => {
    await ask();
    const first = await fixture.submitFile(member, "dbsCertificate");
    await decide(first);
    const second = await fixture.submitFile(member, "dbsCertificate");
    await decide(second);
    expect(await requests()).toMatchObject([{ state: "fulfilled", file: { id: second.id } }]);
    await fixture.context.db.file.update({
      where: { id: second.id },
      data: { validUntil: new Date(0), keepUntil: new Date(0) },
    });
    await expireApprovals(fixture.context);
    await runRetention(fixture.context);
    await fixture.context.db.$transaction((tx) => refreshRequests(tx, [second]));
    expect(await requests()).toMatchObject([{ state: "fulfilled", file: { status: "expired" } }]);
  });

  test("is not fulfilled by a submission that its retention ended", async () => {
    await ask();
    const file = await fixture.submitFile(member, "dbsCertificate", { status: "expired" });
    await fixture.context.db.$transaction((tx) => refreshRequests(tx, [file]));
    expect(await states()).toEqual(["open"]);
  });

  test("of a field without reviews is fulfilled by the upload", async () => {
    await storeContract();
    fixture.advanceClock(1);
    await ask({ field: "contract" });
    expect(await states()).toEqual(["open"]);
    fixture.advanceClock(1);
    const file = await storeContract();
    expect(await requests()).toMatchObject([{ state: "fulfilled", file: { id: file.id, status: "stored" } }]);
  });

  test("of a field for several files needs a new one", async () => {
    const earlier = await fixture.submitFile(member, "medicalLetter");
    await decide(earlier);
    fixture.advanceClock(1);
    expect(await ask({ field: "medicalLetter" })).toMatchObject({ state: "created" });
    await decide(await fixture.submitFile(member, "medicalLetter"));
    expect(await states()).toEqual(["fulfilled"]);
  });

  test("that was cancelled stays cancelled", async () => {
    const { id = "" } = await ask();
    await cancelRequest(fixture.context, admin, id);
    await decide(await fixture.submitFile(member, "dbsCertificate"));
    expect(await states()).toEqual(["cancelled"]);
  });

  test("leaves an earlier one as it ended", async () => {
    await ask({ field: "medicalLetter" });
    const first = await fixture.submitFile(member, "medicalLetter");
    await decide(first);
    fixture.advanceClock(1);
    await ask({ field: "medicalLetter" });
    expect(await states()).toEqual(["open", "fulfilled"]);
    await withdrawFile(fixture.context, member, first.id);
    expect(await states()).toEqual(["open", "fulfilled"]);
  });
});

describe("asking", () => {
  test("again for an open request finds it", async () => {
    const { id } = await ask();
    expect(await ask({ message: "Again" })).toEqual({ member: member.id, state: "exists", id });
    expect(await requests()).toMatchObject([{ id, state: "open" }]);
  });

  test("asks no member who has the document in place", async () => {
    const file = await fixture.submitFile(member, "dbsCertificate");
    await decide(file);
    expect(await ask()).toEqual({ member: member.id, state: "exists" });
    expect(await requests()).toEqual([]);
    await fixture.context.db.file.update({ where: { id: file.id }, data: { validUntil: new Date(0) } });
    expect(await ask()).toMatchObject({ state: "created" });
  });

  test("knows addresses in any case, and each entry once", async () => {
    const emails = [member.email.toUpperCase(), member.email, "stranger@example.org", "no address"];
    const { results } = await askMembers(fixture.context, admin, { field: "contract", emails });
    const [first] = results;
    expect(results).toEqual([
      { email: emails[0], state: "created", id: expect.any(String) },
      { email: emails[1], state: "exists", id: first?.id },
      { email: emails[2], state: "unknown" },
      { email: emails[3], state: "unknown" },
    ]);
  });

  test.each([
    ["has left", { leftAt: new Date() }],
    ["is going to be erased", { erasureDueAt: new Date() }],
  ])("does not know a person who %s", async (_, data) => {
    await fixture.context.db.user.update({ where: { id: member.id }, data });
    expect(await ask()).toEqual({ member: member.id, state: "unknown" });
    expect(await ask({ members: ["nonsense"] })).toEqual({ member: "nonsense", state: "unknown" });
  });

  test.each([
    ["a day that is over", "2026-02-28", /is over/],
    ["this moment", "2026-03-01T10:00:00Z", /is over/],
    ["a day after more than ten years", "2037-01-01", /ten years/],
  ])("refuses %s as the due date", async (_, dueAt, detail) => {
    await expect(ask({ field: "contract", dueAt })).rejects.toMatchObject({
      code: "invalid",
      detail: expect.stringMatching(detail),
      errors: [{ path: "dueAt" }],
    });
  });

  test("twice at once makes one request", async () => {
    const members = [member.id, ...(await createMembers(20))];
    const answers = await Promise.all(
      [1, 2, 3].map((number) =>
        askMembers(fixture.context, admin, {
          field: "contract",
          members: number === 2 ? members.toReversed() : members,
        }),
      ),
    );
    const created = answers.flatMap(({ results }) => results.filter(({ state }) => state === "created"));
    expect(created).toHaveLength(21);
    expect(await fixture.context.db.request.count({ where: { memberId: { in: members } } })).toBe(21);
  });

  test("waits for an approval that is under way", async () => {
    const { db } = fixture.context;
    const file = fixture.buildFileRow(member, "dbsCertificate", { status: "approved", place: "held" });
    let asked: Promise<AskResult> | undefined;
    await db.$transaction(async (tx: Tx) => {
      await lockUser(tx, member.id);
      asked = ask();
      await waitForLocks(db);
      await tx.file.create({ data: { ...file, decidedAt: fixture.context.clock.now() } });
      await refreshRequests(tx, [file]);
    });
    expect(await asked).toEqual({ member: member.id, state: "exists" });
  });

  test("is in the audit trail without the message", async () => {
    const { id = "" } = await ask({ message: "A secret message" });
    await cancelRequest(fixture.context, admin, id);
    await cancelRequest(fixture.context, admin, id);
    const entries = await fixture.context.db.trail.findMany({
      where: { subjectId: member.id },
      orderBy: { seq: "asc" },
    });
    expect(entries.map(({ event, byId, detail }) => [event, byId, detail])).toEqual([
      ["request.created", admin.id, { requestId: id, field: "dbsCertificate" }],
      ["request.cancelled", admin.id, { requestId: id, why: "admin" }],
    ]);
  });

  test("tells each member by one mail, which a cancellation takes back", async () => {
    const { id = "" } = await ask({ dueAt: "2026-06-30" });
    const mails = () => fixture.context.db.mail.findMany({ where: { recipientId: member.id } });
    expect(await mails()).toMatchObject([
      { template: "request", detail: { requestId: id, dueOn: "2026-06-30" } },
    ]);
    await cancelRequest(fixture.context, admin, id);
    expect(await mails()).toEqual([]);
  });

  test("five hundred members takes one call", async () => {
    const members = await createMembers(500);
    const { results } = await askMembers(fixture.context, admin, { field: "contract", members });
    expect(results.every(({ state }) => state === "created")).toBe(true);
    expect(await fixture.context.db.mail.count({ where: { recipientId: { in: members } } })).toBe(500);
  }, 60_000);
});

async function createMembers(count: number): Promise<string[]> {
  const data = Array.from({ length: count }, () => {
    const id = newId();
    return { id, name: "Person", email: `${id}@example.org`, handle: id };
  });
  await fixture.context.db.user.createMany({ data });
  return data.map(({ id }) => id);
}

describe("a cancellation", () => {
  test("is refused for a fulfilled request", async () => {
    const { id = "" } = await ask();
    await decide(await fixture.submitFile(member, "dbsCertificate"));
    await expect(cancelRequest(fixture.context, admin, id)).rejects.toMatchObject({ code: "conflict" });
    expect(await states()).toEqual(["fulfilled"]);
  });

  test("works for a field that is no longer declared", async () => {
    const id = newId();
    const createdAt = fixture.context.clock.now();
    await fixture.context.db.request.create({
      data: { id, memberId: member.id, field: "removed", createdAt },
    });
    expect(await requests()).toMatchObject([{ id, field: "removed", state: "open" }]);
    await cancelRequest(fixture.context, admin, id);
    expect(await states()).toEqual(["cancelled"]);
  });

  test("happens when the member leaves", async () => {
    const { id = "" } = await ask();
    await ask({ field: "contract" });
    await leave(fixture.context, member);
    expect(await states()).toEqual(["cancelled", "cancelled"]);
    const { db } = fixture.context;
    expect(await db.mail.count({ where: { recipientId: member.id, template: "request" } })).toBe(0);
    const entries = await db.trail.findMany({ where: { event: "request.cancelled", subjectId: member.id } });
    expect(entries.map(({ detail }) => detail)).toContainEqual({ requestId: id, why: "left" });
  });
});
