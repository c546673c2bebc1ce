import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createRecordingLog, type LogLine } from "../observability/testing/recording-log";
import { createSweepFixture, type SweepFixture } from "../uploads/testing/sweep-fixture";
import { JOBS, type Job } from "./jobs";
import { millisecondsToNextRun, runJobs } from "./run-jobs";

let fixture: SweepFixture;

beforeAll(async () => {
  fixture = await createSweepFixture();
});
afterAll(() => fixture.drop());

/** Runs jobs until they have logged this many lines, and returns every line. */
async function runUntilLogged(count: number, jobs?: readonly Job[]): Promise<LogLine[]> {
  const stop = new AbortController();
  const { log, lines } = createRecordingLog();
  const finished = runJobs({ ...fixture.context, log }, stop.signal, jobs);
  await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(count), 20_000);
  stop.abort();
  await finished;
  return lines;
}

test("the worker expires an abandoned upload and logs the run", async () => {
  const ada = await fixture.createMember();
  const { key } = await fixture.createUpload({ ownerId: ada, expires: -3 * 3600 });
  await fixture.putObjects("private", key);
  const lines = await runUntilLogged(1);
  expect(lines).toContainEqual({
    level: "info",
    message: "A job did something.",
    facts: expect.objectContaining({ job: "sweep", expired: 1 }),
  });
  // Either job may have executed the purge that the sweep scheduled.
  expect(lines.length).toBeLessThanOrEqual(2);
  expect(await fixture.listKeys("private")).toEqual([]);
});

test("the worker logs a failed run without the driver's message and continues", async () => {
  const failure = new Error("postgresql://user:secret@host");
  const count = vi.spyOn(fixture.db.purge, "count").mockRejectedValue(failure);
  const lines = await runUntilLogged(2);
  count.mockRestore();
  const failed = (job: string) => ({
    level: "warn",
    message: "A job failed, and is tried again.",
    facts: { job, reason: "Error" },
  });
  expect(lines).toEqual(expect.arrayContaining([failed("sweep"), failed("work")]));
  expect(JSON.stringify(lines)).not.toContain("secret");
});

test("the worker runs a new daily job once, then follows its schedule", async () => {
  const run = vi.fn(async () => ({ counted: 1 }));
  const [line] = await runUntilLogged(1, [
    { name: "planted", schedule: "30 2 * * *", dailySchedule: "30 2 * * *", run },
  ]);
  expect(line).toMatchObject({ level: "info", facts: { job: "planted", counted: 1 } });
  expect(run).toHaveBeenCalledTimes(1);
});

test.each([
  ["* * * * *", "2026-03-01T10:00:20Z", "2026-03-01T10:01:00Z"],
  ["*/15 * * * *", "2026-03-01T10:00:00Z", "2026-03-01T10:15:00Z"],
  ["30 2 * * *", "2026-03-01T10:00:00Z", "2026-03-02T02:30:00Z"],
  ["0 0 1 1 *", "2026-03-01T10:00:00Z", "2027-01-01T00:00:00Z"],
])("the job %s that ends at %s runs next at %s", (schedule, now, next) => {
  const start = new Date(now);
  expect(new Date(start.getTime() + millisecondsToNextRun(schedule, start))).toEqual(new Date(next));
});

test.each([...JOBS.values()])(
  "job $name has two schedules and a name for a URL",
  ({ name, schedule, dailySchedule }) => {
    expect(name).toMatch(/^[a-z][a-z-]*$/);
    expect(dailySchedule).toMatch(/^\d{1,2} \d{1,2} \* \* \*$/);
    expect(millisecondsToNextRun(schedule, new Date())).toBeGreaterThan(0);
  },
);

test.each(["* * * * * *", "61 * * * *", "daily", "0 0 31 2 *"])("the schedule %s is refused", (schedule) => {
  expect(() => millisecondsToNextRun(schedule, new Date())).toThrow();
});
