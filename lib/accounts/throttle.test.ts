import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database";
import { countAttempt, refundSuccess } from "./throttle";

let database: TestDatabase;
let now = new Date("2026-01-01T12:00:00Z");
const clock = { now: () => now };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const advanceClock = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

test("an attempt over the limit gets the seconds to wait", async () => {
  const throttles = [{ key: "limit", limit: 2, window: 60 }];
  const context = { db: database.db, clock };
  await countAttempt(context, throttles);
  advanceClock(20);
  await countAttempt(context, throttles);
  await expect(countAttempt(context, throttles)).rejects.toMatchObject({
    code: "rate_limited",
    retryAfter: 40,
  });
});

test("the window does not move with the attempts", async () => {
  const throttles = [{ key: "window", limit: 1, window: 60 }];
  const context = { db: database.db, clock };
  await countAttempt(context, throttles);
  advanceClock(59);
  await expect(countAttempt(context, throttles)).rejects.toMatchObject({ retryAfter: 1 });
  advanceClock(1);
  await countAttempt(context, throttles);
  await expect(countAttempt(context, throttles)).rejects.toMatchObject({ retryAfter: 60 });
});

test("a refund never goes below zero attempts", async () => {
  const throttles = [{ key: "refunded", limit: 1, window: 60 }];
  const context = { db: database.db, clock };
  await countAttempt(context, throttles);
  await refundSuccess(context, throttles);
  await refundSuccess(context, throttles);
  await countAttempt(context, throttles);
  await expect(countAttempt(context, throttles)).rejects.toMatchObject({ code: "rate_limited" });
});

test("a success that counts is not refunded", async () => {
  const throttles = [{ key: "successes", limit: 1, window: 60, countsSuccesses: true }];
  const context = { db: database.db, clock };
  await countAttempt(context, throttles);
  await refundSuccess(context, throttles);
  await expect(countAttempt(context, throttles)).rejects.toMatchObject({ code: "rate_limited" });
});

test("a refused attempt counts under no other key", async () => {
  const context = { db: database.db, clock };
  const [pair, full] = [
    { key: "pair", limit: 2, window: 60 },
    { key: "full", limit: 1, window: 60 },
  ];
  await countAttempt(context, [pair, full]);
  await expect(countAttempt(context, [pair, full])).rejects.toMatchObject({ code: "rate_limited" });
  await countAttempt(context, [pair]);
});

test("fifty concurrent attempts count as fifty", async () => {
  const throttles = [{ key: "crowd", limit: 9, window: 60 }];
  const attempts = Array.from({ length: 50 }, () => countAttempt({ db: database.db, clock }, throttles));
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(9);
});
