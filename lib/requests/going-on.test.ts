import { expect, test } from "vitest";
import { heardLog } from "../log/testing/heard-log";
import { goOn, nothingGoesOn } from "./going-on";

test("whoever ends the process can wait for what goes on behind its answer", async () => {
  const { log } = heardLog();
  const work = Promise.withResolvers<void>();
  void goOn(log, work.promise);
  let over = false;
  const waited = nothingGoesOn(60_000).then(() => {
    over = true;
  });
  await nothingGoesOn(1);
  expect(over).toBe(false);
  work.resolve();
  await waited;
});

test("nothing going on is nothing to wait for", async () => {
  await nothingGoesOn(60_000);
});

test("a failure behind an answer is the log's, without its words, and ends nothing", async () => {
  const { log, lines } = heardLog();
  await goOn(log, Promise.reject(new Error("ada@example.org")));
  await nothingGoesOn(60_000);
  expect(lines).toMatchObject([{ level: "warn" }]);
  expect(JSON.stringify(lines)).not.toContain("ada");
});
