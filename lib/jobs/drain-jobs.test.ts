import { expect, test, vi } from "vitest";
import { createJobDrain } from "./drain-jobs";
import type { Job } from "./jobs";

const START = new Date("2026-03-01T10:00:30Z").getTime();

/** Two jobs, a clock in seconds after the start, and the names of the jobs that ran. */
function setUp(run: () => Promise<void> = async () => undefined) {
  let now = START;
  const ran: string[] = [];
  const job = (name: string, schedule: string): Job => ({
    name,
    schedule,
    dailySchedule: "0 3 * * *",
    run: async () => ({}),
  });
  const jobs = [job("often", "* * * * *"), job("hourly", "5 * * * *")];
  const drain = createJobDrain(jobs, { clock: { now: () => new Date(now) } }, async ({ name }, signal) => {
    expect(signal.aborted).toBe(false);
    ran.push(name);
    await run();
  });
  return {
    ran,
    drainAt: async (seconds: number) => {
      now = START + seconds * 1000;
      await drain();
    },
  };
}

test("a new instance runs each job once, one a minute", async () => {
  const { ran, drainAt } = setUp();
  for (const seconds of [0, 1, 59, 60, 61]) await drainAt(seconds);
  expect(ran).toEqual(["often", "hourly"]);
});

test("later, the job whose time came first runs first", async () => {
  const { ran, drainAt } = setUp();
  for (const seconds of [0, 60, 120, 180, 300, 360]) await drainAt(seconds);
  expect(ran).toEqual(["often", "hourly", "often", "often", "often", "hourly"]);
});

test("a job that fails does not stop the others", async () => {
  const { ran, drainAt } = setUp(() => Promise.reject(new Error("no database")));
  for (const seconds of [0, 60]) await expect(drainAt(seconds)).rejects.toThrow("no database");
  expect(ran).toEqual(["often", "hourly"]);
});

test("a job ends within seconds", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  const { drainAt } = setUp();
  await drainAt(0);
  expect(timeout.mock.calls).toEqual([[5000]]);
  timeout.mockRestore();
});
