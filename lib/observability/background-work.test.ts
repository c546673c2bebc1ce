import { expect, test } from "vitest";
import { runInBackground, waitForBackgroundWork } from "./background-work";
import { createRecordingLog } from "./testing/recording-log";

test("a process waits for its background work before it ends", async () => {
  const { log } = createRecordingLog();
  const work = Promise.withResolvers<void>();
  void runInBackground(log, work.promise);
  let hasEnded = false;
  const waiting = waitForBackgroundWork(60_000).then(() => {
    hasEnded = true;
  });
  await waitForBackgroundWork(1);
  expect(hasEnded).toBe(false);
  work.resolve();
  await waiting;
});

test("a process without background work does not wait", async () => {
  await waitForBackgroundWork(60_000);
});

test("a failure in the background is logged without its message", async () => {
  const { log, lines } = createRecordingLog();
  await runInBackground(log, Promise.reject(new Error("ada@example.org")));
  await waitForBackgroundWork(60_000);
  expect(lines).toMatchObject([{ level: "warn" }]);
  expect(JSON.stringify(lines)).not.toContain("ada");
});
