import { expect, it } from "vitest";
import { ServerTime } from "./server-time";

it("goes by this clock until the server has said something", () => {
  expect(new ServerTime().now(5000)).toBe(5000);
});

it("is right although this clock is an hour off", () => {
  const time = new ServerTime();
  time.observe(10_000, 3_610_000);
  expect(time.now(3_612_000)).toBe(12_000);
});

it("trusts the answer that travelled the shortest, so that a page kept for a while does not set it back", () => {
  const time = new ServerTime();
  time.observe(10_000, 10_200);
  time.observe(11_000, 41_000);
  expect(time.now(41_000)).toBe(40_800);
});

it("does not listen to an answer without a date", () => {
  const time = new ServerTime();
  time.observe(Date.parse(""), 1000);
  expect(time.now(1000)).toBe(1000);
});
