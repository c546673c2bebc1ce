import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, createTestDatabase } from "../../tests/support/database";
import { countAttempt, refundAttempt } from "./throttle";

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

test("tries up to the limit pass, the next one is told how long to wait", async () => {
  const throttles = [{ key: "limit", limit: 2, window: 60 }];
  const deps = { db: database.db, clock };
  await countAttempt(deps, throttles);
  advanceClock(20);
  await countAttempt(deps, throttles);
  await expect(countAttempt(deps, throttles)).rejects.toMatchObject({ code: "rate_limited", retryAfter: 40 });
});

test("the window does not move with the tries: once it is over, all of them count anew", async () => {
  const throttles = [{ key: "window", limit: 1, window: 60 }];
  const deps = { db: database.db, clock };
  await countAttempt(deps, throttles);
  advanceClock(59);
  await expect(countAttempt(deps, throttles)).rejects.toMatchObject({ retryAfter: 1 });
  advanceClock(1);
  await countAttempt(deps, throttles);
  await expect(countAttempt(deps, throttles)).rejects.toMatchObject({ retryAfter: 60 });
});

test("a try that turned out well is given back, and never more than were made", async () => {
  const throttles = [{ key: "forgiven", limit: 1, window: 60 }];
  const deps = { db: database.db, clock };
  await countAttempt(deps, throttles);
  await refundAttempt(deps, throttles);
  await refundAttempt(deps, throttles);
  await countAttempt(deps, throttles);
  await expect(countAttempt(deps, throttles)).rejects.toMatchObject({ code: "rate_limited" });
});

test("fifty tries at once are fifty tries", async () => {
  const throttles = [{ key: "crowd", limit: 9, window: 60 }];
  const tries = Array.from({ length: 50 }, () => countAttempt({ db: database.db, clock }, throttles));
  const outcomes = await Promise.allSettled(tries);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(9);
});
