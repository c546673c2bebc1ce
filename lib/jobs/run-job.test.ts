import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { secondsFromNow } from "../app-context";
import { createRecordingLog } from "../observability/testing/recording-log";
import { createSweepFixture, type SweepFixture } from "../uploads/testing/sweep-fixture";
import type { Job } from "./jobs";
import { runJob } from "./run-job";

let fixture: SweepFixture;
const failure = new Error("postgresql://user:secret@host");
const failing = (name: string): Job => ({
  name,
  schedule: "* * * * *",
  dailySchedule: "0 3 * * *",
  run: async () => {
    throw failure;
  },
});

beforeAll(async () => {
  fixture = await createSweepFixture();
});
beforeEach(async () => {
  await fixture.db.user.deleteMany();
});
afterAll(() => fixture.drop());

async function createAdmin(): Promise<string> {
  const id = await fixture.createMember();
  await fixture.db.user.update({ where: { id }, data: { role: "admin" } });
  return id;
}

const fail = (name: string, days = 0) => {
  const clock = { now: () => secondsFromNow(fixture.context.clock, days * 24 * 3600) };
  return expect(runJob({ ...fixture.context, clock }, failing(name))).rejects.toBe(failure);
};
const outbox = () => fixture.db.mail.findMany({ orderBy: { id: "asc" } });

test("a failed job is one mail a day to each admin", async () => {
  const admins = [await createAdmin(), await createAdmin()];
  await fixture.createMember();
  for (let count = 0; count < 5; count += 1) await fail("sweep");
  const mails = await outbox();
  expect(mails.map(({ recipientId }) => recipientId).sort()).toEqual(admins.sort());
  expect(mails[0]).toMatchObject({ template: "job-failed", detail: { job: "sweep" } });
  expect(JSON.stringify(mails)).not.toContain("secret");
  await fail("work");
  await fail("sweep", 1);
  expect(await outbox()).toHaveLength(6);
});

test("a job that succeeds is no mail, and its report is returned", async () => {
  await createAdmin();
  const run = async () => ({ counted: 3 });
  expect(await runJob(fixture.context, { ...failing("sweep"), run })).toEqual({ counted: 3 });
  expect(await outbox()).toEqual([]);
});

test("the job's own error is thrown if the outbox fails too", async () => {
  const { log, lines } = createRecordingLog();
  const findMany = () => Promise.reject(new Error("The database is away."));
  const db = new Proxy(fixture.db, {
    get: (target, name) => (name === "user" ? { findMany } : Reflect.get(target, name)),
  });
  await expect(runJob({ ...fixture.context, db, log }, failing("sweep"))).rejects.toBe(failure);
  expect(lines).toHaveLength(1);
});
