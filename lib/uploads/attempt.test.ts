import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type AppContext, secondsFromNow } from "../app-context";
import { Problem } from "../errors";
import { type CompletionAttempt, keepLease, refuseUpload, renewLease, startInspection } from "./attempt";
import { createSweepFixture, type SweepFixture } from "./testing/sweep-fixture";

let fixture: SweepFixture;
let now = new Date();
let context: AppContext;

beforeAll(async () => {
  fixture = await createSweepFixture();
  context = { ...fixture.context, clock: { now: () => new Date(now) } };
});
afterEach(() => vi.useRealTimers());
afterAll(() => fixture.drop());

const advanceClock = (seconds: number) => {
  now = secondsFromNow(context.clock, seconds);
};

/** Starts an attempt on a new upload. `tryAgain` starts another one, null while the first lives. */
async function startAttempt() {
  const { id } = await fixture.createUpload({ ownerId: await fixture.createMember() });
  const findUpload = () => fixture.db.upload.findUniqueOrThrow({ where: { id } });
  const tryAgain = async () => startInspection(context, await findUpload(), 100, undefined);
  const attempt = await tryAgain();
  if (!attempt) throw new Error("The first attempt has not started.");
  return { attempt, tryAgain, findUpload };
}

const purgesOf = ({ purgeIds }: CompletionAttempt) =>
  fixture.db.purge.findMany({ where: { id: { in: [...purgeIds] } } });

test("an attempt holds its upload for 20 seconds without a renewal", async () => {
  const { attempt, tryAgain } = await startAttempt();
  advanceClock(19.999);
  expect(await tryAgain()).toBeNull();
  advanceClock(0.001);
  expect((await tryAgain())?.id).not.toBe(attempt.id);
});

test("an attempt renews its lease every 5 seconds while its process lives", async () => {
  const { attempt, tryAgain, findUpload } = await startAttempt();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const release = keepLease(context, attempt);
  for (let round = 0; round < 10; round += 1) {
    advanceClock(5);
    vi.advanceTimersByTime(5000);
    const until = secondsFromNow(context.clock, 20);
    await vi.waitFor(async () => expect((await findUpload()).inspectingUntil).toEqual(until));
    expect(await tryAgain()).toBeNull();
  }
  release();
  expect(vi.getTimerCount()).toBe(0);
});

test("a renewal postpones the purge of the bytes that the attempt writes", async () => {
  const { attempt } = await startAttempt();
  const lease = 20 + context.limits.sweepGrace;
  for (let renewals = 0; renewals < 3; renewals += 1) {
    advanceClock(context.limits.sweepGrace);
    await renewLease(context, attempt);
    const dueAt = secondsFromNow(context.clock, lease);
    expect(await purgesOf(attempt)).toMatchObject([{ dueAt }, { dueAt }]);
  }
});

test("an attempt that another one has replaced renews and ends nothing", async () => {
  const { attempt, tryAgain, findUpload } = await startAttempt();
  advanceClock(20);
  await tryAgain();
  const replaced = await findUpload();
  advanceClock(5);
  await renewLease(context, attempt);
  const refused = new Problem("unreadable_file", "The file is damaged.");
  await expect(refuseUpload(context, attempt, refused)).rejects.toMatchObject({ code: "conflict" });
  expect(await findUpload()).toEqual(replaced);
});
