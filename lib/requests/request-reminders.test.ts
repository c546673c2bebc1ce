import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { secondsFromNow } from "../app-context";
import type { FileStatus } from "../db/generated/enums";
import { newId } from "../id";
import { deliverDueMails } from "../mail/deliver";
import { setUpMailFixture } from "../mail/testing/mail-fixture";
import { endRecords } from "../retention/end-records";
import { enqueueRequestReminders } from "./request-reminders";

const fixture = setUpMailFixture();
const DAY = 24 * 3600;
const context = () => ({ ...fixture.context(), timeZone: "UTC" });

/** Creates an open request that is due in this many days, at the end of a day. */
async function createRequest(memberId: string, { days = 20, field = "contract" } = {}): Promise<string> {
  const id = newId();
  const dueAt = secondsFromNow(fixture.clock, days * DAY);
  dueAt.setUTCHours(23, 59, 59, 999);
  await fixture.db.request.create({ data: { id, memberId, field, dueAt, createdAt: fixture.clock.now() } });
  return id;
}

async function sendFile(ownerId: string, status: FileStatus = "submitted"): Promise<void> {
  const id = newId();
  await fixture.db.file.create({
    data: {
      ...{ id, ownerId, field: "contract", name: "a.pdf", type: "application/pdf", size: 1, status },
      sha256: randomBytes(32).toString("base64"),
      prefix: `${id}/`,
      visibility: "private",
    },
  });
}

/** Lives this many days: each morning the reminders run twice, then mails go out and rows end. */
async function live(days: number): Promise<string[]> {
  const texts: string[] = [];
  for (let day = 0; day < days; day += 1) {
    await enqueueRequestReminders(context());
    await enqueueRequestReminders(context());
    await deliverDueMails(fixture.context());
    await endRecords(fixture.context());
    texts.push(
      ...fixture.smtp.received.splice(0).map(({ text = "" }) => `day ${day}: ${text.split("\n")[2]}`),
    );
    fixture.advanceClock(DAY);
  }
  return texts;
}

test("an open request is three mails: before, on and after its date", async () => {
  const ada = await fixture.createPerson();
  const id = await createRequest(ada.id);
  const { dueAt } = await fixture.db.request.findUniqueOrThrow({ where: { id } });
  const day = dueAt?.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  expect(await live(100)).toEqual([
    `day 14: We need a document from you by ${day}.`,
    `day 20: We need a document from you by ${day}.`,
    `day 21: We asked you for a document by ${day}. It is not here yet.`,
  ]);
});

test("a request for tomorrow has reminders on its date and after it", async () => {
  const ada = await fixture.createPerson();
  await createRequest(ada.id, { days: 1 });
  expect((await live(10)).map((text) => text.slice(0, 5))).toEqual(["day 1", "day 2"]);
});

test("requests to one member with the same date are one mail", async () => {
  const [ada, bob] = [await fixture.createPerson(), await fixture.createPerson()];
  for (const field of ["contract", "dbsCertificate"]) await createRequest(ada.id, { field });
  await createRequest(bob.id);
  expect(await live(15)).toHaveLength(2);
});

test("a member whose document waits for review gets no reminder", async () => {
  const ada = await fixture.createPerson();
  await createRequest(ada.id);
  await sendFile(ada.id);
  expect(await live(30)).toEqual([]);
});

test("a member whose document was sent back gets reminders", async () => {
  const ada = await fixture.createPerson();
  await createRequest(ada.id);
  await sendFile(ada.id, "changes_requested");
  expect(await live(30)).toHaveLength(3);
});

test("a member who switched mails off gets no reminder", async () => {
  const ada = await fixture.createPerson({ mailOff: true });
  await createRequest(ada.id);
  expect(await live(30)).toEqual([]);
});

test("a member whose account is going to be erased gets no reminder", async () => {
  const ada = await fixture.createPerson();
  await createRequest(ada.id);
  const erasureDueAt = secondsFromNow(fixture.clock, 30 * DAY);
  await fixture.db.user.update({ where: { id: ada.id }, data: { erasureDueAt } });
  expect(await live(25)).toEqual([]);
});

test.each(["fulfilled", "cancelled"] as const)("a %s request has no reminder", async (state) => {
  const ada = await fixture.createPerson();
  const id = await createRequest(ada.id);
  await fixture.db.request.update({ where: { id }, data: { state } });
  expect(await live(30)).toEqual([]);
});

test("a reminder that is no longer true is not sent", async () => {
  const ada = await fixture.createPerson();
  const id = await createRequest(ada.id, { days: 7 });
  fixture.advanceClock(DAY);
  expect(await enqueueRequestReminders(context())).toBe(1);
  await fixture.db.request.update({ where: { id }, data: { state: "fulfilled" } });
  await deliverDueMails(fixture.context());
  expect(await fixture.outbox()).toMatchObject([{ state: "skipped", reason: "outdated" }]);
});

test("a request by mail is not sent after it was cancelled", async () => {
  const ada = await fixture.createPerson();
  const id = await createRequest(ada.id);
  const detail = { requestId: id, dueOn: "2030-03-03" };
  await fixture.enqueue(ada.id, { template: "request", detail });
  await fixture.enqueue(ada.id, { template: "request", detail: { requestId: newId() } });
  await deliverDueMails(fixture.context());
  expect(fixture.smtp.received.map(({ text }) => text?.split("\n")[2])).toEqual([
    "We need a document from you by 3 March 2030.",
  ]);
});

test("the reminders reach every request of a large table", async () => {
  const ada = await fixture.createPerson();
  await fixture.db.$executeRaw`
    INSERT INTO "Request" (id, "memberId", field, "dueAt", "createdAt")
    SELECT gen_random_uuid(), ${ada.id}::uuid, 'f' || n,
      ${secondsFromNow(fixture.clock, 3 * DAY)}::timestamptz + n / 2 * interval '1 second', ${new Date(0)}::timestamptz
    FROM generate_series(0, 2499) n`;
  expect(await enqueueRequestReminders(context(), AbortSignal.abort())).toBe(0);
  expect(await enqueueRequestReminders(context())).toBe(1250);
});
