import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownCeph } from "./testing/own-ceph";
import { installWhatTestsNeed } from "./testing/requirements";
import { selectionOf, specsOf } from "./testing/selection";
import { countAll, formatSummaryLine, type TestCounts } from "./testing/test-counts";
import { runUnitTests } from "./testing/unit-tests";

// npm test                       every check, every test but the campaigns, every journey
// npm test -- <words>            only the test files whose path contains one of the words
// npm test -- --changed [ref]    only what the changes since `ref` touch (since main, if no ref is
//   given)
// npm run test:all [-- <words>]  the campaigns as well
const selection = selectionOf(process.argv.slice(2));
clearEnvironment();
if (selection.isCampaign) process.env.TEST_CAMPAIGN = "1";

const reports = mkdtempSync(join(tmpdir(), "dossier-reports-"));
const ceph = await ownCeph();
const counts: TestCounts[] = [await installWhatTestsNeed(selection)];
try {
  // A run of one file loads neither the checks nor Playwright: both take longer than the file.
  if (selection.isWhole) {
    const { BUILD, LINT, runChecks, TYPES } = await import("./repository-checks/run-checks");
    counts.push(await runChecks(BUILD));
    // The checks use one core, and the tests often wait.
    const checks = runChecks([...TYPES, ...LINT]);
    counts.push(...(await Promise.all([checks, runUnitTests(selection, reports)])));
  } else counts.push(await runUnitTests(selection, reports));
  const specs = specsOf(selection);
  if (specs.length > 0) {
    const { runJourneys } = await import("./testing/journeys");
    counts.push(await runJourneys(specs, reports));
  }
} finally {
  await ceph.stop();
  rmSync(reports, { recursive: true, force: true });
}

const total = countAll(counts);
if (selection.words.length > 0 && total.passed + total.failed.length + total.skipped.length === 0)
  total.failed.push(`No test file has a path that contains ${selection.words.join(" or ")}.`);
printList("Skipped", total.skipped);
printList("Failed", total.failed);
console.log(`\n${formatSummaryLine(total)}`);
process.exitCode = total.failed.length > 0 ? 1 : 0;

/**
 * Removes the developer's settings: no test may reach their database, their buckets or their
 * production mode.
 */
function clearEnvironment(): void {
  const names = ["DATABASE_URL", "STORAGE", "APP_URL", "PORT", "HOST", "DATA_DIR", "AUTH_SECRET", "NODE_ENV"];
  for (const name of names) delete process.env[name];
  process.env.NEXT_TELEMETRY_DISABLED = "1";
}

function printList(title: string, names: readonly string[]): void {
  if (names.length > 0) console.log(`\n${title}:\n${names.map((name) => `  - ${name}`).join("\n")}`);
}
