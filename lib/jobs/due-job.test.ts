import { expect, test } from "vitest";
import { createDueJobPicker } from "./due-job";
import type { Job } from "./jobs";

const START = new Date("2026-03-01T10:00:30Z").getTime();

/** Picks at each of these seconds after the start. Returns the names of the jobs. */
function pickAt(seconds: readonly number[]): (string | undefined)[] {
  let now = START;
  const job = (name: string, schedule: string): Job => ({
    name,
    schedule,
    dailySchedule: "0 3 * * *",
    run: async () => ({}),
  });
  const jobs = [job("often", "* * * * *"), job("hourly", "5 * * * *")];
  const pick = createDueJobPicker(jobs, { clock: { now: () => new Date(now) } });
  return seconds.map((second) => {
    now = START + second * 1000;
    return pick()?.name;
  });
}

test("a new process runs each job once", () => {
  expect(pickAt([0, 1, 2])).toEqual(["often", "hourly", undefined]);
});

test("later, the job whose time came first runs first", () => {
  expect(pickAt([0, 1, 29, 30, 275, 340, 341])).toEqual([
    "often",
    "hourly",
    undefined,
    "often",
    "often",
    "hourly",
    "often",
  ]);
});
