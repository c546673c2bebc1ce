import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDb, testDb } from "../testing/database";
import { countTry, forgiveTry } from "./throttle";

let database: TestDb;
let now = new Date("2026-01-01T12:00:00Z");
const clock = { now: () => now };

beforeAll(async () => {
  database = await testDb();
});
afterAll(() => database.drop());

const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

test("tries up to the limit pass, the next one is told how long to wait", async () => {
  const throttles = [{ key: "limit", limit: 2, window: 60 }];
  const deps = { db: database.db, clock };
  await countTry(deps, throttles);
  later(20);
  await countTry(deps, throttles);
  await expect(countTry(deps, throttles)).rejects.toMatchObject({ code: "rate_limited", retryAfter: 40 });
});

test("the window does not move with the tries: once it is over, all of them count anew", async () => {
  const throttles = [{ key: "window", limit: 1, window: 60 }];
  const deps = { db: database.db, clock };
  await countTry(deps, throttles);
  later(59);
  await expect(countTry(deps, throttles)).rejects.toMatchObject({ retryAfter: 1 });
  later(1);
  await countTry(deps, throttles);
  await expect(countTry(deps, throttles)).rejects.toMatchObject({ retryAfter: 60 });
});

test("a try that turned out well is given back, and never more than were made", async () => {
  const throttles = [{ key: "forgiven", limit: 1, window: 60 }];
  const deps = { db: database.db, clock };
  await countTry(deps, throttles);
  await forgiveTry(deps, throttles);
  await forgiveTry(deps, throttles);
  await countTry(deps, throttles);
  await expect(countTry(deps, throttles)).rejects.toMatchObject({ code: "rate_limited" });
});

test("fifty tries at once are fifty tries", async () => {
  const throttles = [{ key: "crowd", limit: 9, window: 60 }];
  const tries = Array.from({ length: 50 }, () => countTry({ db: database.db, clock }, throttles));
  const outcomes = await Promise.allSettled(tries);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(9);
});
