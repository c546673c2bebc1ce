import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createRecordingLog, type LogLine } from "../observability/testing/recording-log";
import { type SweepFixture, createSweepFixture } from "../uploads/testing/sweep-fixture";
import { runJobs } from "./run-jobs";

let fixture: SweepFixture;

beforeAll(async () => {
  fixture = await createSweepFixture();
});
afterAll(() => fixture.drop());

/** Works until it has logged this many lines, and returns every line. */
async function runUntilLogged(deps: SweepFixture["deps"], lines: number): Promise<LogLine[]> {
  const stop = new AbortController();
  const { log, lines: said } = createRecordingLog();
  const working = runJobs({ ...deps, log }, stop.signal);
  await vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(lines), 20_000);
  stop.abort();
  await working;
  return said;
}

test("a worker does what is due, says one line for each round that did something, and stops when it is told to", async () => {
  const ada = await fixture.member();
  const { key } = await fixture.upload({ ownerId: ada, expires: -3 * 3600 });
  await fixture.put("private", key);
  const said = await runUntilLogged(fixture.deps, 1);
  expect(said).toContainEqual({
    level: "info",
    message: "A job did something.",
    facts: expect.objectContaining({ job: "sweep", expired: 1 }),
  });
  // Either of the two may have destroyed what the sweep has doomed; both end the piece that they have begun.
  expect(said.length).toBeLessThanOrEqual(2);
  expect(await fixture.keys("private")).toEqual([]);
});

test("a worker says that a round failed, without the driver's words, and goes on", async () => {
  const away = vi.spyOn(fixture.db.purge, "count").mockRejectedValue(new Error("postgresql://user:secret@host"));
  const said = await runUntilLogged(fixture.deps, 2);
  away.mockRestore();
  const failed = (job: string) => ({
    level: "warn",
    message: "A job failed, and is tried again.",
    facts: { job, reason: "Error" },
  });
  expect(said).toEqual(expect.arrayContaining([failed("sweep"), failed("work")]));
  expect(JSON.stringify(said)).not.toContain("secret");
});
