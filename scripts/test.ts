import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installMiniflare } from "../tests/stores/miniflare";
import { buildAndPublish } from "../server/build";
import { checkImportDirections } from "./checks/import-directions";
import { formatSummaryLine, type TestCounts, countPlaywright, countVitest } from "./checks/test-counts";
import { root } from "../server/environment";
import { findChromium } from "../tests/support/chromium";
import { installNginx } from "../tests/support/nginx";
import { installOtherNode, OTHER_NODE_MAJOR } from "../tests/support/other-node";
import { type RunStore, startRunStore } from "../tests/support/run-store";
import { installVercel } from "../tests/vercel/cli";

// npm test               every check and test
// npm test -- <words>    only the test files whose path holds one of the words
const filters = process.argv.slice(2);
const runsAll = filters.length === 0;
const reports = mkdtempSync(join(tmpdir(), "dossier-reports-"));
const totalCounts: TestCounts = { passed: 0, failed: [], skipped: [] };
// Settings of whoever runs the tests are theirs: no test may meet their database, their buckets or their production mode.
for (const name of [
  "DATABASE_URL",
  "STORAGE",
  "APP_URL",
  "PORT",
  "HOST",
  "DATA_DIR",
  "AUTH_SECRET",
  "NODE_ENV",
]) {
  delete process.env[name];
}
process.env.NEXT_TELEMETRY_DISABLED = "1";

let testStore: RunStore | undefined;
// 40 seconds of waiting for the network, beside the checks.
const needsVercel = runsAll || filters.some((word) => "tests/vercel/output.test.ts".includes(word));
const vercelInstall = needsVercel ? installVercel() : null;
try {
  if (runsAll) await runChecks();
  testStore = await startRunStore();
  if (!testStore.variables) recordSkip(`S3: ${testStore.missing}`);
  const missing = await installMiniflare();
  if (missing) recordSkip(`R2, the second S3 store: ${missing}`);
  const withoutVercel = await vercelInstall;
  if (withoutVercel) recordSkip(`what \`vercel build\` makes: ${withoutVercel}`);
  const otherNode = await installOtherNode();
  if (otherNode) recordSkip(`Node ${OTHER_NODE_MAJOR}, the other that this is to run on: ${otherNode}`);
  const nginx = installNginx();
  if (nginx) recordSkip(`nginx, as a CDN: ${nginx}`);
  Object.assign(process.env, testStore.variables);
  runUnitTests();
  await runBrowserTests();
} finally {
  testStore?.stop();
  rmSync(reports, { recursive: true, force: true });
}

if (totalCounts.skipped.length > 0)
  console.log(`\nSkipped:\n${totalCounts.skipped.map((name) => `  - ${name}`).join("\n")}`);
if (totalCounts.failed.length > 0)
  console.log(`\nFailed:\n${totalCounts.failed.map((name) => `  - ${name}`).join("\n")}`);
console.log(`\n${formatSummaryLine(totalCounts)}`);
process.exitCode = totalCounts.failed.length > 0 ? 1 : 0;

async function runChecks(): Promise<void> {
  // The build writes the types of the routes, which tsc reads.
  await runCheck("build", async () => void (await buildAndPublish()));
  await runCheck("biome", () => runProgram("node_modules/@biomejs/biome/bin/biome", "check", "."));
  await runCheck("types", () => runProgram("node_modules/typescript/bin/tsc", "--noEmit", "-p", "."));
  await runCheck("unused code (knip)", () => runProgram("node_modules/knip/bin/knip.js", "--no-progress"));
  await runCheck("directions", async () => {
    const { modules, violations } = await checkImportDirections(root);
    // A reader that understands nothing finds nothing wrong.
    if (modules === 0) throw new Error("dependency-cruiser read no module.");
    const told = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
    if (told.length > 0) throw new Error(told.join("\n"));
  });
}

async function runCheck(name: string, work: () => void | Promise<void>): Promise<void> {
  console.log(`\n== ${name}`);
  try {
    await work();
    totalCounts.passed++;
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    totalCounts.failed.push(name);
  }
}

function runUnitTests(): void {
  console.log("\n== tests");
  const file = join(reports, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const status = runNode([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--passWithNoTests",
    ...reporters,
    ...filters,
  ]);
  addCounts(readCounts("vitest", file, status, (report) => countVitest(report, root)));
}

async function runBrowserTests(): Promise<void> {
  const specs = readdirSync(join(root, "e2e")).filter((name) => name.endsWith(".spec.ts"));
  if (!runsAll && !specs.some((spec) => filters.some((word) => `e2e/${spec}`.includes(word)))) return;
  console.log("\n== journeys in a browser");
  const chromium = findChromium();
  if (!chromium) return recordSkip("Chromium: none found, and none could be installed; no journey was tried");
  await runCheck("build for the journeys", async () => void (await buildAndPublish()));
  const file = join(reports, "playwright.json");
  const status = runNode(["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json", ...filters], {
    CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  addCounts(readCounts("playwright", file, status, countPlaywright));
}

/** What a runner's report says; where it failed and blames no test, that is a failure, too. */
function readCounts(name: string, file: string, status: number, read: (report: unknown) => TestCounts): TestCounts {
  if (!existsSync(file)) return { passed: 0, failed: [`${name}: ended without a report`], skipped: [] };
  const found = read(JSON.parse(readFileSync(file, "utf8")));
  if (status !== 0 && found.failed.length === 0) found.failed.push(`${name}: failed beside its tests`);
  return found;
}

function addCounts({ passed, failed, skipped }: TestCounts): void {
  totalCounts.passed += passed;
  totalCounts.failed.push(...failed);
  totalCounts.skipped.push(...skipped);
}

/** A machine may lack something; the machine that judges a change may not. */
function recordSkip(what: string): void {
  (process.env.CI ? totalCounts.failed : totalCounts.skipped).push(what);
}

function runProgram(file: string, ...args: string[]): void {
  const status = runNode([file, ...args]);
  if (status !== 0) throw new Error(`exit code ${status}`);
}

function runNode(args: string[], variables: Record<string, string> = {}): number {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...variables },
  });
  return status ?? 1;
}
