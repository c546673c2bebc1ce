import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { putDeclaredRulesInForce } from "../retention/rules";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { listAttention } from "./attention";

const HOUR_MS = 3600 * 1000;
let fixture: ReviewFixture;
let admin: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
  admin = await fixture.createPerson([], "admin");
  await fixture.context.db.user.updateMany({ data: { hasSecondFactor: true } });
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  const { db } = fixture.context;
  for (const table of ["File", "Mail", "Purge", "RetentionRun", "RetentionRule"])
    await db.$executeRawUnsafe(`DELETE FROM "${table}"`);
  await db.$transaction((tx) => putDeclaredRulesInForce(tx, fixture.context));
  await createRun(1);
});

const hoursAgo = (hours: number) => new Date(fixture.context.clock.now().getTime() - hours * HOUR_MS);
const list = () => listAttention(fixture.context, admin);
const createRun = (hours: number, endedAt: Date | null = hoursAgo(hours)) =>
  fixture.context.db.retentionRun.create({ data: { id: newId(), startedAt: hoursAgo(hours), endedAt } });
const createMail = (template: string, data: object) =>
  fixture.context.db.mail.create({
    data: { id: newId(), key: newId(), template, recipientId: admin.id, dueAt: hoursAgo(2), ...data },
  });

test("nothing needs attention on a site that works", async () => {
  await createMail("news", { state: "sent", endedAt: hoursAgo(1) });
  expect(await list()).toEqual([]);
});

describe("the overview", () => {
  test("counts documents that wait, with the age of the oldest", async () => {
    const member = await fixture.createPerson([], "member");
    const file = (field: string, data: object) =>
      fixture.context.db.file.create({
        data: {
          id: newId(),
          ownerId: member.id,
          field,
          name: "a.pdf",
          type: "application/pdf",
          size: 1,
          sha256: "",
          prefix: newId(),
          visibility: "private",
          status: "submitted",
          ...data,
        },
      });
    await file("dbsCertificate", { createdAt: hoursAgo(50) });
    await file("medicalLetter", { createdAt: hoursAgo(90) });
    await file("medicalLetter", { createdAt: hoursAgo(200), purgedAt: hoursAgo(3) });
    await file("medicalLetter", { createdAt: hoursAgo(200), status: "approved" });
    await file("contract", { createdAt: hoursAgo(200), status: "stored" });
    expect(await list()).toEqual([{ kind: "documents-waiting", count: 2, since: hoursAgo(90) }]);
  });

  test("names overdue requests and people who lack a second factor", async () => {
    const { db } = fixture.context;
    const { id: memberId } = await fixture.createPerson([], "member");
    const { id: reviewer } = await fixture.createPerson([], "reviewer");
    const request = { memberId, createdAt: hoursAgo(90) };
    const dueAt = hoursAgo(20);
    await db.request.createMany({
      data: [
        { ...request, id: newId(), field: "contract", dueAt },
        { ...request, id: newId(), field: "dbsCertificate", dueAt: hoursAgo(-1) },
        { ...request, id: newId(), field: "medicalLetter", dueAt: hoursAgo(50), state: "cancelled" },
      ],
    });
    expect(await list()).toEqual([
      { kind: "requests-overdue", count: 1, since: dueAt },
      { kind: "second-factors-missing", count: 1, since: null },
    ]);
    await db.user.deleteMany({ where: { id: { in: [memberId, reviewer] } } });
  });

  test("names mails that failed", async () => {
    await createMail("news", { state: "failed", endedAt: hoursAgo(30) });
    await createMail("news", { state: "failed", endedAt: hoursAgo(40) });
    expect(await list()).toEqual([{ kind: "mails-failed", count: 2, since: hoursAgo(40) }]);
  });

  test("names jobs that failed in the last day, each once", async () => {
    const failed = (job: string, hours: number) =>
      createMail("job-failed", { detail: { job }, createdAt: hoursAgo(hours), state: "sent" });
    await failed("sweep", 2);
    await failed("sweep", 20);
    await failed("work", 3);
    await failed("retention", 25);
    expect(await list()).toEqual([{ kind: "jobs-failed", count: 2, since: hoursAgo(2) }]);
  });

  test("notices that the retention job does not run", async () => {
    await fixture.context.db.retentionRun.deleteMany();
    await createRun(49);
    // It has started, and was killed.
    await createRun(2, null);
    expect(await list()).toEqual([{ kind: "retention-late", count: 1, since: hoursAgo(49) }]);
    await createRun(47);
    expect(await list()).toEqual([]);
  });

  test("counts a job that never ran from the first account", async () => {
    await fixture.context.db.retentionRun.deleteMany();
    const [first] = await fixture.context.db.user.findMany({ orderBy: { id: "asc" }, take: 1 });
    const setAge = (hours: number) =>
      fixture.context.db.user.update({
        where: { id: first?.id ?? "" },
        data: { createdAt: hoursAgo(hours) },
      });
    await setAge(47);
    expect(await list()).toEqual([]);
    await setAge(49);
    expect(await list()).toMatchObject([{ kind: "retention-late" }]);
  });

  test("names deletions that fail for a day", async () => {
    const purge = (hours: number, tries: number) =>
      fixture.context.db.purge.create({
        data: { id: newId(), storage: "private", prefix: newId(), dueAt: hoursAgo(hours), tries },
      });
    await purge(25, 3);
    await purge(23, 3);
    await purge(25, 0);
    expect(await list()).toEqual([{ kind: "deletions-failed", count: 1, since: hoursAgo(25) }]);
  });

  test("names retention rules that wait for a confirmation", async () => {
    await fixture.context.db.retentionRule.update({ where: { field: "contract" }, data: { for: "P9Y" } });
    expect(await list()).toEqual([{ kind: "rules-unconfirmed", count: 1, since: null }]);
  });
});
