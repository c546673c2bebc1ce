import { join } from "node:path";
import { buildAndPublish } from "../../server/build";
import { findChromium } from "../../tests/support/chromium";
import { runProgram } from "./programs";
import { type Selection, specsOf } from "./selection";
import { countPlaywright, type TestCounts } from "./test-counts";
import { readReport } from "./unit-tests";

/** Runs the selected specs of e2e/ in Chromium, against servers of their own. */
export async function runJourneys(selection: Selection, reports: string): Promise<TestCounts> {
  const specs = specsOf(selection);
  if (specs.length === 0) return { passed: 0, failed: [], skipped: [] };
  const chromium = findChromium();
  if (!chromium) return missing("Chromium: none was found and none could be installed");
  await buildAndPublish();
  const file = join(reports, "playwright.json");
  const code = await runProgram(
    ["node_modules/@playwright/test/cli.js", "test", "--reporter=dot,json", ...specs],
    {
      CHROMIUM: chromium,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    },
  );
  return readReport("playwright", file, code, countPlaywright);
}

/** A developer's machine may lack a program: the tests that need it are skipped by name. In CI that is a failure. */
export function missing(what: string): TestCounts {
  return process.env.CI
    ? { passed: 0, failed: [what], skipped: [] }
    : { passed: 0, failed: [], skipped: [what] };
}
