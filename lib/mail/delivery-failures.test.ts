import { describe, expect, test } from "vitest";
import { findFreePort } from "../../tests/support/free-port";
import { deliverDueMails } from "./deliver";
import { setUpMailFixture } from "./testing/mail-fixture";
import { type SmtpBehaviour, startSmtpServer } from "./testing/smtp-server";

const fixture = setUpMailFixture();
const DAY = 24 * 3600;

describe("a mail waits and is sent later after a server that", () => {
  const FAULTS: [string, SmtpBehaviour, string][] = [
    ["sends no greeting", { isSilent: true }, "ETIMEDOUT"],
    ["closes in the middle", { closesInTheMiddle: true }, "ECONNECTION"],
    ["does not know the recipient yet", { recipient: () => 450 }, "EENVELOPE 450"],
    ["cannot take the mail now", { data: 451 }, "EMESSAGE 451"],
    ["refuses our own address", { mailFrom: 553 }, "EENVELOPE 553"],
  ];
  test.each(FAULTS)("%s", async (_, behaviour, reason) => {
    const ada = await fixture.createPerson();
    await fixture.enqueue(ada.id);
    fixture.smtp.behave(behaviour);
    expect(await deliverDueMails(fixture.context())).toEqual({ mailed: 0, unmailed: 1 });
    expect(await fixture.outbox()).toEqual([{ state: "waiting", tries: 1, reason }]);
    fixture.smtp.behave({});
    await deliverDueMails(fixture.context());
    expect(fixture.smtp.received).toEqual([]);
    fixture.advanceClock(60);
    expect(await deliverDueMails(fixture.context())).toEqual({ mailed: 1, unmailed: 0 });
    expect(await fixture.outbox()).toEqual([{ state: "sent", tries: 2, reason: null }]);
    expect(fixture.smtp.received).toHaveLength(1);
  });
});

test("a server that is away stops the run for all mails", async () => {
  const ada = await fixture.createPerson();
  for (let count = 0; count < 20; count += 1) await fixture.enqueue(ada.id);
  const url = `smtp://127.0.0.1:${await findFreePort()}`;
  const { unmailed } = await deliverDueMails(fixture.context({ transport: { kind: "smtp", url } }));
  expect(unmailed).toBeLessThanOrEqual(6);
  const tried = (await fixture.outbox()).filter(({ tries }) => tries > 0);
  expect(tried).toHaveLength(unmailed);
  expect(await deliverDueMails(fixture.context())).toEqual({ mailed: 20 - unmailed, unmailed: 0 });
});

test.each([
  ["recipient", { recipient: (address: string) => (address.startsWith("gone") ? 550 : undefined) }],
  ["content", { data: 554 }],
] as [string, SmtpBehaviour][])(
  "a refused %s is final at once, without the server's text",
  async (_, behaviour) => {
    const gone = await fixture.createPerson({ email: "gone@example.org" });
    await fixture.enqueue(gone.id);
    fixture.smtp.behave(behaviour);
    await deliverDueMails(fixture.context());
    const [row] = await fixture.outbox();
    expect(row).toMatchObject({ state: "failed", tries: 1 });
    expect(row?.reason).toMatch(/^E[A-Z]+ 55\d$/);
    expect(JSON.stringify(fixture.lines)).not.toContain("example.org");
  },
);

test("a refused recipient does not stop the mails of others", async () => {
  const gone = await fixture.createPerson({ email: "gone@example.org" });
  const ada = await fixture.createPerson();
  for (let count = 0; count < 8; count += 1) await fixture.enqueue(gone.id);
  await fixture.enqueue(ada.id);
  fixture.smtp.behave({ recipient: (address) => (address.startsWith("gone") ? 550 : undefined) });
  expect(await deliverDueMails(fixture.context())).toEqual({ mailed: 1, unmailed: 8 });
});

test("the pauses grow, and after two days the mail fails", async () => {
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  fixture.smtp.behave({ data: 451 });
  const started = fixture.clock.now().getTime();
  const pauses: number[] = [];
  for (;;) {
    await deliverDueMails(fixture.context());
    const { state, retryAt } = await fixture.db.mail.findFirstOrThrow();
    if (state !== "waiting" || !retryAt) break;
    const pause = (retryAt.getTime() - fixture.clock.now().getTime()) / 1000;
    pauses.push(pause);
    fixture.advanceClock(pause);
  }
  expect(pauses.slice(0, 4)).toEqual([60, 120, 240, 480]);
  expect(Math.max(...pauses)).toBe(6 * 3600);
  expect(await fixture.outbox()).toMatchObject([{ state: "failed", reason: "EMESSAGE 451" }]);
  const days = (fixture.clock.now().getTime() - started) / 1000 / DAY;
  expect(days).toBeGreaterThanOrEqual(2);
  expect(days).toBeLessThan(2.5);
});

const LOGIN = { user: "dossier", password: "secret" };

test.each(["STARTTLS", "implicit"] as const)(
  "an untrusted certificate (%s) gets no password and no mail",
  async (tls) => {
    const server = await startSmtpServer({ login: LOGIN, tls });
    const ada = await fixture.createPerson();
    await fixture.enqueue(ada.id);
    await deliverDueMails(fixture.context({ transport: { kind: "smtp", url: server.url } }));
    expect(await fixture.outbox()).toMatchObject([{ state: "waiting", tries: 1 }]);
    expect([...server.logins, ...server.received]).toEqual([]);
    await server.close();
  },
);

test("another machine without TLS gets no password and no mail", async () => {
  const server = await startSmtpServer({ login: LOGIN });
  // An address of this machine that does not count as loopback.
  const url = server.url.replace("127.0.0.1", "[::ffff:127.0.0.1]");
  const ada = await fixture.createPerson();
  await fixture.enqueue(ada.id);
  await deliverDueMails(fixture.context({ transport: { kind: "smtp", url } }));
  expect(await fixture.outbox()).toEqual([{ state: "waiting", tries: 1, reason: "ETLS 500" }]);
  expect([...server.logins, ...server.received]).toEqual([]);
  await server.close();
});
