import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { deliverDueMails } from "./deliver";
import { deleteEndedMails } from "./end-mails";
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

  fixture.advanceClock(30 * DAY);
  expect(await deleteEndedMails(context)).toBe(0);
  fixture.advanceClock(1);
  expect(await deleteEndedMails(context)).toBe(1);
  expect(await readdir(fixture.folder)).toEqual([]);
  expect(await fixture.outbox()).toEqual([]);
});

test("a mail that waits stays in the outbox, however old it is", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  fixture.advanceClock(90 * DAY);
  expect(await deleteEndedMails(fixture.context())).toBe(0);
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
