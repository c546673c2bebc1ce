import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { secondsFromNow } from "../app-context";
import type { FileStatus } from "../db/generated/enums";
import { newId } from "../id";
import { endRecords } from "../retention/end-records";
import { enqueueReviewDigests } from "../review/review-digests";
import { deliverDueMails } from "./deliver";
import { enqueueDateReminders } from "./reminders";
import { setUpMailFixture } from "./testing/mail-fixture";

const fixture = setUpMailFixture();
const DAY = 24 * 3600;

type FileOptions = { status?: FileStatus; days?: number; slot?: string | null; field?: string };

/** Creates a file whose approval ends in this many days. */
async function createFile(ownerId: string, options: FileOptions = {}): Promise<string> {
  const { status = "approved", days, slot = null, field = "dbsCertificate" } = options;
  const id = newId();
  await fixture.db.file.create({
    data: {
      id,
      ownerId,
      field,
      name: "certificate.pdf",
      type: "application/pdf",
      size: 1000,
      sha256: randomBytes(32).toString("base64"),
      prefix: `${id}/`,
      visibility: "private",
      status,
      slot,
      validUntil: days === undefined ? null : secondsFromNow(fixture.clock, days * DAY),
      createdAt: fixture.clock.now(),
    },
  });
  return id;
}

const remind = () => enqueueDateReminders(fixture.context());
const templates = async () =>
  (await fixture.db.mail.findMany({ orderBy: { id: "asc" } })).map(({ template }) => template);

/** Lives this many days: each morning the reminders run twice, then mails go out and rows end. */
async function live(days: number): Promise<string[]> {
  const subjects: string[] = [];
  for (let day = 0; day < days; day += 1) {
    await remind();
    await remind();
    await deliverDueMails(fixture.context());
    await endRecords(fixture.context());
    subjects.push(
      ...fixture.smtp.received.splice(0).map(({ text = "" }) => `day ${day}: ${text.split("\n")[2]}`),
    );
    fixture.advanceClock(DAY);
  }
  return subjects;
}

test("an approval that runs out is four mails in a hundred days", async () => {
  const ada = await fixture.createPerson();
  await createFile(ada.id, { days: 80.5 });
  expect(await live(100)).toEqual([
    "day 21: The approval of one of your documents runs out in 60 days.",
    "day 51: The approval of one of your documents runs out in 30 days.",
    "day 74: The approval of one of your documents runs out in 7 days.",
    "day 81: We need a new copy of one of your documents.",
  ]);
});

test("files of one member with the same date are one mail", async () => {
  const [ada, bob] = [await fixture.createPerson(), await fixture.createPerson()];
  for (const days of [20, 20, 20, 25]) await createFile(ada.id, { days });
  await createFile(bob.id, { days: 20 });
  expect([await remind(), await remind()]).toEqual([3, 0]);
});

describe("no reminder is enqueued for", () => {
  test.each([
    ["an approval without a date", {}],
    ["an approval with more than 60 days", { days: 60.1 }],
    ["a superseded approval", { days: 20, status: "superseded" }],
    ["a file that waits for a decision", { days: 20, status: "submitted" }],
    ["an approval that expired more than a week ago", { days: -7.1, status: "expired" }],
  ] as [string, FileOptions][])("%s", async (_, options) => {
    const ada = await fixture.createPerson();
    await createFile(ada.id, options);
    expect(await remind()).toBe(0);
  });

  test("an approval whose new copy already waits for a decision", async () => {
    const ada = await fixture.createPerson();
    await createFile(ada.id, { days: 20, slot: `${ada.id}/held` });
    fixture.advanceClock(60);
    await createFile(ada.id, { status: "submitted", slot: `${ada.id}/pending` });
    expect(await remind()).toBe(0);
  });
});

test("an approval runs out with a mail although its bytes are destroyed", async () => {
  const ada = await fixture.createPerson();
  const id = await createFile(ada.id, { days: 20 });
  await fixture.db.file.update({ where: { id }, data: { purgedAt: fixture.clock.now() } });
  expect(await live(1)).toHaveLength(1);
});

describe("a document that ends within seven days", () => {
  const keepFor = async (ownerId: string, days: number) => {
    const id = await createFile(ownerId, { status: "submitted" });
    const keepUntil = secondsFromNow(fixture.clock, days * DAY);
    await fixture.db.file.update({ where: { id }, data: { keepUntil } });
    return id;
  };

  test("is one mail to its owner", async () => {
    const ada = await fixture.createPerson();
    await keepFor(ada.id, 9.5);
    expect(await live(12)).toEqual([
      expect.stringMatching(/^day 3: .*delete one of your documents in 7 days/),
    ]);
  });

  test("is no mail under a hold or with another date", async () => {
    const ada = await fixture.createPerson();
    const held = await keepFor(ada.id, 3);
    const moved = await keepFor(ada.id, 2);
    await fixture.db.hold.create({
      data: { id: newId(), fileId: held, reason: "Wait", byId: ada.id, createdAt: fixture.clock.now() },
    });
    expect(await remind()).toBe(1);
    await fixture.db.file.update({ where: { id: moved }, data: { keepUntil: null } });
    expect(await live(1)).toEqual([]);
  });
});

test("a reminder is not sent after a new copy", async () => {
  const ada = await fixture.createPerson();
  const id = await createFile(ada.id, { days: 20 });
  expect(await remind()).toBe(1);
  await fixture.db.file.update({ where: { id }, data: { status: "superseded" } });
  expect(await deliverDueMails(fixture.context())).toEqual({ mailed: 0, unmailed: 0 });
  expect(await fixture.outbox()).toMatchObject([{ state: "skipped", reason: "outdated" }]);
});

test("the reminders reach every file of a large table", async () => {
  const ada = await fixture.createPerson();
  await fixture.db.$executeRaw`
    INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status, "validUntil")
    SELECT gen_random_uuid(), ${ada.id}::uuid, 'contract', 'a', 'application/pdf', 1, '', 'p' || n || '/', 'private', 'approved',
      ${secondsFromNow(fixture.clock, 20 * DAY)}::timestamptz + n / 2 * interval '1 minute'
    FROM generate_series(0, 2499) n`;
  const stopped = AbortSignal.abort();
  expect(await enqueueDateReminders(fixture.context(), stopped)).toBe(0);
  expect(await remind()).toBe(1250);
});

describe("the digest", () => {
  const reviewerOf = async (...fields: string[]) => {
    const reviewer = await fixture.createPerson({ role: "reviewer" });
    await fixture.db.grant.createMany({ data: fields.map((field) => ({ userId: reviewer.id, field })) });
    return reviewer;
  };

  test("goes once a day to each reviewer for whom documents wait", async () => {
    const ada = await fixture.createPerson();
    const grace = await reviewerOf("dbsCertificate");
    await reviewerOf("medicalLetter");
    await reviewerOf();
    const member = await fixture.createPerson();
    await fixture.db.grant.create({ data: { userId: member.id, field: "dbsCertificate" } });
    for (let count = 0; count < 3; count += 1) await createFile(ada.id, { status: "submitted" });
    await createFile(grace.id, { status: "submitted" });
    expect(await enqueueReviewDigests(fixture.context())).toBe(1);
    expect(await enqueueReviewDigests(fixture.context())).toBe(0);
    await deliverDueMails(fixture.context());
    expect(fixture.smtp.received.map(({ recipients, text }) => [recipients, text?.split("\n")[2]])).toEqual([
      [[grace.email], "3 documents wait for a decision that you can make."],
    ]);
    fixture.advanceClock(DAY);
    expect(await enqueueReviewDigests(fixture.context())).toBe(1);
  });

  test("is not sent if another reviewer has decided on everything", async () => {
    const ada = await fixture.createPerson();
    await reviewerOf("dbsCertificate");
    const id = await createFile(ada.id, { status: "submitted" });
    await enqueueReviewDigests(fixture.context());
    await fixture.db.file.update({ where: { id }, data: { status: "approved" } });
    await deliverDueMails(fixture.context());
    expect(fixture.smtp.received).toEqual([]);
    expect(await templates()).toEqual(["review-digest"]);
  });

  test("of an earlier day is not sent any more", async () => {
    const ada = await fixture.createPerson();
    await reviewerOf("dbsCertificate");
    await createFile(ada.id, { status: "submitted" });
    for (let day = 0; day < 5; day += 1) {
      await enqueueReviewDigests(fixture.context());
      fixture.advanceClock(DAY);
    }
    await deliverDueMails(fixture.context());
    expect(fixture.smtp.received).toHaveLength(1);
  });
});
