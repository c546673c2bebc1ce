import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createTestEnvironment } from "../../../tests/support/environment";
import { secondsFromNow } from "../../app-context";
import type { Db } from "../../db/client";
import type { User } from "../../db/generated/client";
import { newId } from "../../id";
import { createRecordingLog } from "../../observability/testing/recording-log";
import { enqueueMails, type NewMail } from "../outbox";
import type { MailSettings, MailTransport } from "../settings";
import type { MailContext } from "../template";
import { startSmtpServer, type TestSmtpServer } from "./smtp-server";

/**
 * Sets up a database, an SMTP server and a clock that moves only with `advanceClock`. Empties the
 * outbox before each test. Call it at the top level of a test file.
 */
export function setUpMailFixture() {
  const { log, lines } = createRecordingLog();
  let environment: Awaited<ReturnType<typeof createTestEnvironment>>;
  let smtp: TestSmtpServer;
  let now = new Date("2026-03-01T10:00:00Z");
  const clock = { now: () => new Date(now) };
  beforeAll(async () => {
    [environment, smtp] = await Promise.all([createTestEnvironment(), startSmtpServer()]);
  });
  beforeEach(async () => {
    await environment.db.user.deleteMany();
    smtp.received.length = 0;
    smtp.behave({});
    lines.length = 0;
  });
  afterAll(async () => {
    await smtp.close();
    await environment.drop();
  });

  const fixture = {
    clock,
    lines,
    get db(): Db {
      return environment.db;
    },
    get smtp(): TestSmtpServer {
      return smtp;
    },
    get folder(): string {
      return join(environment.dataDir, "mail");
    },
    advanceClock: (seconds: number) => {
      now = secondsFromNow(clock, seconds);
    },
    settings: (transport: MailTransport = { kind: "smtp", url: smtp.url }): MailSettings => ({
      appUrl: "https://dossier.test",
      from: { name: "Dossier", address: "dossier@dossier.test" },
      transport,
      folder: fixture.folder,
      secret: "a secret that only tests know, long enough",
    }),
    context: (overrides: Partial<MailContext> & { transport?: MailTransport } = {}): MailContext => {
      const { transport, ...rest } = overrides;
      return { db: environment.db, clock, log, mail: fixture.settings(transport), ...rest };
    },
    createPerson: (data: Partial<Omit<User, "links">> = {}): Promise<User> => {
      const id = newId();
      const email = `${id.slice(-12)}@example.org`;
      return environment.db.user.create({
        data: { id, name: "Ada Lovelace", email, emailVerified: true, handle: id, ...data },
      });
    },
    /** Enqueues a mail that is always true. */
    enqueue: (recipientId: string, mail: Partial<NewMail> = {}) =>
      enqueueMails(environment.db, fixture.context(), [
        { template: "destroyed", recipientId, key: newId(), ...mail },
      ]),
    /** The state, attempts and reason of all rows, oldest first. */
    outbox: () =>
      environment.db.mail.findMany({
        orderBy: { id: "asc" },
        select: { state: true, tries: true, reason: true },
      }),
  };
  return fixture;
}
