import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { endRecords } from "../retention/end-records";
import { deliverDueMails } from "./deliver";
import { enqueueDestroyedMails } from "./outbox";
import { setUpMailFixture } from "./testing/mail-fixture";

const fixture = setUpMailFixture();
const DAY = 24 * 3600;

test("without a server each mail is a private file for 30 days", async () => {
  const ada = await fixture.createPerson({ demo: true, emailVerified: false });
  await fixture.enqueue(ada.id);
  const context = fixture.context({ transport: { kind: "folder", folder: fixture.folder } });
  expect(await deliverDueMails(context)).toEqual({ mailed: 1, unmailed: 0 });
  const { id } = await fixture.db.mail.findFirstOrThrow();
  expect((await readdir(fixture.folder)).sort()).toEqual([`${id}.eml`, `${id}.html`]);
  const path = join(fixture.folder, `${id}.eml`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const mail = await simpleParser(await readFile(path));
  expect(mail).toMatchObject({ subject: "One of your documents was deleted", to: { text: ada.email } });
  expect(mail.html).toBe(await readFile(join(fixture.folder, `${id}.html`), "utf8"));

  await writeFile(join(fixture.folder, "notes.txt"), "of the operator");
  fixture.advanceClock(30 * DAY - 1);
  expect(await endRecords(context)).toEqual({ removed: 0, failed: 0 });
  fixture.advanceClock(1);
  expect(await endRecords(context)).toEqual({ removed: 3, failed: 0 });
  expect(await readdir(fixture.folder)).toEqual(["notes.txt"]);
  expect(await fixture.outbox()).toEqual([]);
});

test("files of mails end without their rows, also beside a mail server", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  await deliverDueMails(fixture.context({ transport: { kind: "folder", folder: fixture.folder } }));
  await fixture.db.user.delete({ where: { id: ada.id } });
  fixture.advanceClock(30 * DAY);
  expect(await endRecords(fixture.context())).toEqual({ removed: 2, failed: 0 });
});

test("a mail that no server took ends 30 days after its time", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  await fixture.enqueue(ada.id, { dueAt: new Date(fixture.clock.now().getTime() + 1000) });
  fixture.advanceClock(30 * DAY);
  await fixture.db.mail.updateMany({ data: { retryAt: new Date(fixture.clock.now().getTime() + 500) } });
  expect((await endRecords(fixture.context())).removed).toBe(0);
  await fixture.db.mail.updateMany({ data: { retryAt: null } });
  expect((await endRecords(fixture.context())).removed).toBe(1);
  expect(await fixture.outbox()).toHaveLength(1);
});

test("several documents deleted on one day are one mail to their owner", async () => {
  const ada = await fixture.createPerson();
  const report = () =>
    fixture.db.$transaction((tx) => enqueueDestroyedMails(tx, fixture.context(), [ada.id]));
  await report();
  await report();
  expect(await fixture.outbox()).toHaveLength(1);
  fixture.advanceClock(DAY);
  await report();
  expect(await fixture.outbox()).toHaveLength(2);
});
