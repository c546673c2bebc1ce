import { join } from "node:path";
import { buildAndPublish } from "../../server/build";
import { findChromium } from "../../tests/support/chromium";
import { runProgram } from "./programs";
import { countMissing, countPlaywright, type TestCounts } from "./test-counts";
import { readReport } from "./unit-tests";

/** Runs specs of e2e/ in Chromium, against servers of their own. */
export async function runJourneys(specs: readonly string[], reports: string): Promise<TestCounts> {
  const chromium = findChromium();
  if (!chromium) return countMissing("Chromium: none was found and none could be installed");
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
