import { expect, test } from "vitest";
import { countPlaywright, countVitest, formatSummaryLine } from "./test-counts";

const file = (status: string, ...results: [string, string][]) => ({
  name: "/root/lib/a.test.ts",
  status,
  assertionResults: results.map(([fullName, status]) => ({ fullName, status })),
});

test("counts Vitest results by status", () => {
  const report = {
    testResults: [file("failed", ["holds", "passed"], ["breaks", "failed"], ["waits", "skipped"])],
  };
  expect(countVitest(report, "/root/")).toEqual({
    passed: 1,
    failed: ["lib/a.test.ts: breaks"],
    skipped: ["lib/a.test.ts: waits"],
  });
});

test("adds the first line of the error to a failure", () => {
  const message = "\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n    at a line of ours";
  const one = { fullName: "breaks", status: "failed", failureMessages: [message] };
  const report = {
    testResults: [{ name: "/root/lib/a.test.ts", status: "failed", assertionResults: [one] }],
  };
  expect(countVitest(report, "/root/").failed).toEqual([
    "lib/a.test.ts: breaks\n      AssertionError: expected 1 to be 2",
  ]);
  const tests = [{ projectName: "s3", status: "flaky", results: [{ error: { message } }, {}] }];
  const suites = [{ title: "a.spec.ts", specs: [{ title: "signs up", tests }] }];
  expect(countPlaywright({ suites, errors: [] }).failed).toEqual([
    "e2e (s3): a.spec.ts signs up\n      AssertionError: expected 1 to be 2",
  ]);
});

test("counts an unreadable test file as a failure", () => {
  const report = { testResults: [file("failed", ["never ran", "skipped"])] };
  expect(countVitest(report, "/root/").failed).toEqual(["lib/a.test.ts: the file itself"]);
});

test("counts journeys per storage, and a flaky one as failed", () => {
  const tests = ["expected", "unexpected", "flaky", "skipped"].map((status) => ({
    projectName: "s3",
    status,
  }));
  const suites = [{ title: "a.spec.ts", suites: [{ title: "Ada", specs: [{ title: "signs up", tests }] }] }];
  expect(countPlaywright({ suites, errors: [{ message: "no server" }] })).toEqual({
    passed: 1,
    failed: ["e2e: no server", "e2e (s3): a.spec.ts Ada signs up", "e2e (s3): a.spec.ts Ada signs up"],
    skipped: ["e2e (s3): a.spec.ts Ada signs up"],
  });
});

test("the summary is one line", () => {
  expect(formatSummaryLine({ passed: 3, failed: ["x"], skipped: [] })).toBe("3 passed, 1 failed, 0 skipped");
});
