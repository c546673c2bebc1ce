import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/root";
import { runProgram } from "./programs";
import type { Selection } from "./selection";
import { countVitest, type TestCounts } from "./test-counts";

/** Runs the selected test files with Vitest. */
export async function runUnitTests(selection: Selection, reports: string): Promise<TestCounts> {
  const file = join(reports, "vitest.json");
  const changed = selection.changedSince === null ? [] : [`--changed=${selection.changedSince}`];
  const code = await runProgram([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--passWithNoTests",
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${file}`,
    ...changed,
    ...selection.words,
  ]);
  return readReport("vitest", file, code, (report) => countVitest(report, `${root}/`));
}

/** Counts a runner's report. A runner that fails without naming a test is one failure. */
export function readReport(
  runner: string,
  file: string,
  code: number,
  count: (report: unknown) => TestCounts,
): TestCounts {
  if (!existsSync(file)) return { passed: 0, failed: [`${runner} ended without a report`], skipped: [] };
  const counts = count(JSON.parse(readFileSync(file, "utf8")));
  if (code !== 0 && counts.failed.length === 0) counts.failed.push(`${runner} failed outside its tests`);
  return counts;
}
