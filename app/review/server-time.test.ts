import { expect, test } from "vitest";
import { ServerTime } from "./server-time";

test("uses the local clock before the first response", () => {
  expect(new ServerTime().now(5000)).toBe(5000);
});

test("corrects a local clock that is an hour off", () => {
  const time = new ServerTime();
  time.observe(10_000, 3_610_000);
  expect(time.now(3_612_000)).toBe(12_000);
});

test("uses the fastest response and ignores an older cached page", () => {
  const time = new ServerTime();
  time.observe(10_000, 10_200);
  time.observe(11_000, 41_000);
  expect(time.now(41_000)).toBe(40_800);
});

test("ignores a response without a date", () => {
  const time = new ServerTime();
  time.observe(Date.parse(""), 1000);
  expect(time.now(1000)).toBe(1000);
});
