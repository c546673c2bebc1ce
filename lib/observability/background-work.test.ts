import { expect, test } from "vitest";
import { createRecordingLog } from "./testing/recording-log";
import { runInBackground, waitForBackgroundWork } from "./background-work";

test("whoever ends the process can wait for what goes on behind its answer", async () => {
  const { log } = createRecordingLog();
  const work = Promise.withResolvers<void>();
  void runInBackground(log, work.promise);
  let over = false;
  const waited = waitForBackgroundWork(60_000).then(() => {
    over = true;
  });
  await waitForBackgroundWork(1);
  expect(over).toBe(false);
  work.resolve();
  await waited;
});

test("nothing going on is nothing to wait for", async () => {
  await waitForBackgroundWork(60_000);
});

test("a failure behind an answer is the log's, without its words, and ends nothing", async () => {
  const { log, lines } = createRecordingLog();
  await runInBackground(log, Promise.reject(new Error("ada@example.org")));
  await waitForBackgroundWork(60_000);
  expect(lines).toMatchObject([{ level: "warn" }]);
  expect(JSON.stringify(lines)).not.toContain("ada");
});
