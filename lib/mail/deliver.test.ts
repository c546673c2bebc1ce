import { describe, expect, test } from "vitest";
import { newId } from "../id";
import { claimDueMails } from "./claim-mails";
import { deliverDueMails } from "./deliver";
import { setUpMailFixture } from "./testing/mail-fixture";
import { startSmtpServer } from "./testing/smtp-server";

/** A mail that goes out even if the person gets no other. */
const ABOUT_SECURITY = {
  template: "erasure-done",
  detail: { deleted: 1, dated: 0, held: 0, backupsGoneOn: "2026-04-01" },
} as const;

const fixture = setUpMailFixture();
const HOUR = 3600;

test("a due mail has text, HTML and neutral headers", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  expect(await deliverDueMails(fixture.context())).toEqual({ mailed: 1, unmailed: 0 });
  const [mail] = fixture.smtp.received;
  const { id } = await fixture.db.mail.findFirstOrThrow();
  expect(mail).toMatchObject({
    recipients: [ada.email],
    subject: "One of your documents was deleted",
    messageId: `<${id}@dossier.test>`,
    from: { text: '"Dossier" <dossier@dossier.test>' },
    to: { text: ada.email },
  });
  expect(mail?.text).toContain("We have permanently deleted one of your documents");
  expect(mail?.html).toContain("We have permanently deleted one of your documents");
  expect(mail?.headers.get("auto-submitted")).toBe("auto-generated");
  expect(mail?.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
  expect(mail?.raw).toMatch(
    new RegExp(
      `^List-Unsubscribe: <https://dossier.test/api/mail/unsubscribe\\?token=${ada.id}[.]\\S+>$`,
      "m",
    ),
  );
  expect(mail?.raw).not.toContain("Lovelace");
  expect(await fixture.outbox()).toEqual([{ state: "sent", tries: 1, reason: null }]);
});

test("a mail about security has no link that switches it off", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id, ABOUT_SECURITY);
  await deliverDueMails(fixture.context());
  expect(fixture.smtp.received).toHaveLength(1);
  expect(fixture.smtp.received[0]?.raw).not.toMatch(/unsubscribe/i);
});

test("a mail waits until it is due", async () => {
  const ada = await fixture.createPerson();
  const dueAt = new Date(fixture.clock.now().getTime() + 10_000);
  await fixture.enqueue(ada.id, { dueAt });
  await deliverDueMails(fixture.context());
  expect(fixture.smtp.received).toEqual([]);
  fixture.advanceClock(10);
  await deliverDueMails(fixture.context());
  expect(fixture.smtp.received).toHaveLength(1);
});

test("the same event twice is one mail", async () => {
  const ada = await fixture.createPerson();
  expect(await fixture.enqueue(ada.id, { key: "an-event" })).toBe(1);
  expect(await fixture.enqueue(ada.id, { key: "an-event" })).toBe(0);
});

test("two deliveries at once send each mail once", async () => {
  const ada = await fixture.createPerson();
  for (let count = 0; count < 20; count += 1) await fixture.enqueue(ada.id);
  const results = await Promise.all([1, 2, 3].map(() => deliverDueMails(fixture.context())));
  expect(results.reduce((sum, { mailed }) => sum + mailed, 0)).toBe(20);
  expect(new Set(fixture.smtp.received.map(({ messageId }) => messageId)).size).toBe(20);
  expect(fixture.smtp.received).toHaveLength(20);
});

test("a mail sent again after a crash has the same Message-ID", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  const onCrashPoint = async () => {
    throw new Error("The process ends here.");
  };
  await expect(deliverDueMails(fixture.context({ onCrashPoint }))).rejects.toThrow("ends here");
  await deliverDueMails(fixture.context());
  expect(fixture.smtp.received).toHaveLength(1);
  fixture.advanceClock(200);
  await deliverDueMails(fixture.context());
  const [first, second, ...more] = fixture.smtp.received;
  expect([second?.messageId, more]).toEqual([first?.messageId, []]);
  expect(await fixture.outbox()).toEqual([{ state: "sent", tries: 2, reason: null }]);
});

test("claimed mails are not for another process", async () => {
  const ada = await fixture.createPerson();
  for (let count = 0; count < 5; count += 1) await fixture.enqueue(ada.id);
  const others: number[] = [];
  const onCrashPoint = async () => {
    others.push((await deliverDueMails(fixture.context())).mailed);
  };
  await deliverDueMails(fixture.context({ onCrashPoint }));
  expect(others).toEqual([0, 0, 0, 0, 0]);
  expect(fixture.smtp.received).toHaveLength(5);
  expect((await fixture.outbox()).map(({ tries }) => tries)).toEqual([1, 1, 1, 1, 1]);
});

test("a process leaves mails alone that another one has claimed since", async () => {
  const ada = await fixture.createPerson();
  for (let count = 0; count < 10; count += 1) await fixture.enqueue(ada.id);
  let claim: Promise<unknown> | undefined;
  // The first three mails are on their way. Their process stops for longer than its claim.
  const onCrashPoint = async () => {
    if (!claim) {
      fixture.advanceClock(HOUR);
      claim = claimDueMails(fixture.context());
    }
    await claim;
  };
  await deliverDueMails(fixture.context({ onCrashPoint }));
  expect(fixture.smtp.received.length).toBeLessThanOrEqual(3);
  const waiting = (await fixture.outbox()).filter(({ state }) => state === "waiting");
  expect(waiting.length).toBeGreaterThanOrEqual(7);
});

test("a process that lost its claim sends nothing and changes nothing", async () => {
  const ada = await fixture.createPerson();
  for (let count = 0; count < 10; count += 1) await fixture.enqueue(ada.id);
  let wasLate = false;
  // While the first mails are on their way, this process stops for longer than its claim.
  const onCrashPoint = async () => {
    if (wasLate) return;
    wasLate = true;
    fixture.advanceClock(HOUR);
    await deliverDueMails(fixture.context());
  };
  await deliverDueMails(fixture.context({ onCrashPoint }));
  const states = await fixture.outbox();
  expect(states.map(({ state }) => state)).toEqual(Array(10).fill("sent"));
  // The three that were on their way may be sent twice, as after a crash. The others are not.
  expect(fixture.smtp.received.length).toBeLessThanOrEqual(13);
});

describe("an address", () => {
  test.each([
    ["two addresses", "ada@example.org, eve@example.org"],
    ["a header", "ada@example.org\r\nBcc: eve@example.org"],
    ["a name", "Ada <ada@example.org>"],
    ["nothing", ""],
  ])("with %s gets no mail", async (_, email) => {
    const ada = await fixture.createPerson({ email });
    await fixture.enqueue(ada.id);
    await deliverDueMails(fixture.context());
    expect(fixture.smtp.received).toEqual([]);
    expect(await fixture.outbox()).toEqual([{ state: "skipped", tries: 1, reason: "bad_address" }]);
  });
});

describe("a person", () => {
  test.each([
    ["who switched mails off", { mailOff: true }, "switched_off", false],
    ["with an unverified address", { emailVerified: false }, "unverified", false],
    ["of the demo", { demo: true }, "demo", true],
  ])("%s gets no mail", async (_, data, reason, andNoneAboutSecurity) => {
    const ada = await fixture.createPerson(data);
    await fixture.enqueue(ada.id);
    await fixture.enqueue(ada.id, ABOUT_SECURITY);
    await deliverDueMails(fixture.context());
    expect(await fixture.outbox()).toMatchObject([
      { state: "skipped", reason },
      andNoneAboutSecurity ? { state: "skipped", reason } : { state: "sent" },
    ]);
    expect(fixture.smtp.received).toHaveLength(andNoneAboutSecurity ? 0 : 1);
  });

  test("with an unverified address gets mail where accounts count as verified", async () => {
    const ada = await fixture.createPerson({ emailVerified: false });
    await fixture.enqueue(ada.id);
    await deliverDueMails(fixture.context({ trustsUnverifiedAccounts: true }));
    expect(fixture.smtp.received).toHaveLength(1);
  });
});

test("a preview, and Vercel without a server, leave mails in the outbox", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  for (const why of ["preview", "no SMTP_URL on Vercel"] as const)
    await deliverDueMails(fixture.context({ transport: { kind: "waiting", why } }));
  expect(await fixture.outbox()).toEqual([{ state: "waiting", tries: 0, reason: null }]);
});

test("a template with a defect does not stop the other mails", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id, { template: "job-failed", detail: { job: "Not a name" } });
  await fixture.enqueue(ada.id);
  await deliverDueMails(fixture.context());
  expect(await fixture.outbox()).toEqual([
    { state: "waiting", tries: 1, reason: "ZodError" },
    { state: "sent", tries: 1, reason: null },
  ]);
});

test("an aborted delivery leaves the rest for the next run at once", async () => {
  const ada = await fixture.createPerson();
  for (let count = 0; count < 10; count += 1) await fixture.enqueue(ada.id);
  const stop = new AbortController();
  const onCrashPoint = async () => stop.abort();
  await deliverDueMails(fixture.context({ onCrashPoint }), stop.signal);
  expect(fixture.smtp.received.length).toBeLessThan(4);
  await deliverDueMails(fixture.context());
  expect(new Set(fixture.smtp.received.map(({ messageId }) => messageId)).size).toBe(10);
  expect(fixture.smtp.received).toHaveLength(10);
});

test("no log line and no row has the server's password", async () => {
  const login = { user: "dossier@mail", password: "p@ss/word:1" };
  const server = await startSmtpServer({ login });
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id, { key: newId() });
  const wrong = server.url.replace(encodeURIComponent(login.password), "wrong-secret");
  await deliverDueMails(fixture.context({ transport: { kind: "smtp", url: wrong } }));
  expect(await fixture.outbox()).toEqual([{ state: "waiting", tries: 1, reason: "EAUTH 535" }]);
  expect(JSON.stringify(fixture.lines)).not.toMatch(/wrong-secret|example\.org/);
  fixture.advanceClock(HOUR);
  await deliverDueMails(fixture.context({ transport: { kind: "smtp", url: server.url } }));
  expect(server.received).toHaveLength(1);
  await server.close();
});
