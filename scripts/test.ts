import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installMiniflare } from "../lib/storage/testing/miniflare";
import { build } from "./build";
import { directions } from "./checks/directions";
import { closingLine, type Tally, tallyPlaywright, tallyVitest } from "./checks/tally";
import { root } from "./surroundings";
import { findChromium } from "./testing/chromium";
import { installNginx } from "./testing/nginx";
import { installOtherNode, OTHER } from "./testing/other-node";
import { type Store, startStore } from "./testing/store";
import { installVercel } from "./vercel/cli";

// npm test               every check and test
// npm test -- <words>    only the test files whose path holds one of the words
const filters = process.argv.slice(2);
const all = filters.length === 0;
const reports = mkdtempSync(join(tmpdir(), "dossier-reports-"));
const total: Tally = { passed: 0, failed: [], skipped: [] };
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

let store: Store | undefined;
// 40 seconds of waiting for the network, beside the checks.
const wantsVercel = all || filters.some((word) => "scripts/vercel/output.test.ts".includes(word));
const vercel = wantsVercel ? installVercel() : null;
try {
  if (all) await checks();
  store = await startStore();
  if (!store.variables) skip(`S3: ${store.missing}`);
  const missing = await installMiniflare();
  if (missing) skip(`R2, the second S3 store: ${missing}`);
  const withoutVercel = await vercel;
  if (withoutVercel) skip(`what \`vercel build\` makes: ${withoutVercel}`);
  const otherNode = await installOtherNode();
  if (otherNode) skip(`Node ${OTHER}, the other that this is to run on: ${otherNode}`);
  const nginx = installNginx();
  if (nginx) skip(`nginx, as a CDN: ${nginx}`);
  Object.assign(process.env, store.variables);
  unitTests();
  await journeys();
} finally {
  store?.stop();
  rmSync(reports, { recursive: true, force: true });
}

if (total.skipped.length > 0)
  console.log(`\nSkipped:\n${total.skipped.map((name) => `  - ${name}`).join("\n")}`);
if (total.failed.length > 0)
  console.log(`\nFailed:\n${total.failed.map((name) => `  - ${name}`).join("\n")}`);
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed.length > 0 ? 1 : 0;

async function checks(): Promise<void> {
  // The build writes the types of the routes, which tsc reads.
  await check("build", async () => void (await build()));
  await check("biome", () => program("node_modules/@biomejs/biome/bin/biome", "check", "."));
  await check("types", () => program("node_modules/typescript/bin/tsc", "--noEmit", "-p", "."));
  await check("unused code (knip)", () => program("node_modules/knip/bin/knip.js", "--no-progress"));
  await check("directions", async () => {
    const { modules, violations } = await directions(root);
    // A reader that understands nothing finds nothing wrong.
    if (modules === 0) throw new Error("dependency-cruiser read no module.");
    const told = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
    if (told.length > 0) throw new Error(told.join("\n"));
  });
}

async function check(name: string, work: () => void | Promise<void>): Promise<void> {
  console.log(`\n== ${name}`);
  try {
    await work();
    total.passed++;
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    total.failed.push(name);
  }
}

function unitTests(): void {
  console.log("\n== tests");
  const file = join(reports, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const status = node([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--passWithNoTests",
    ...reporters,
    ...filters,
  ]);
  add(tally("vitest", file, status, (report) => tallyVitest(report, root)));
}

async function journeys(): Promise<void> {
  const specs = readdirSync(join(root, "e2e")).filter((name) => name.endsWith(".spec.ts"));
  if (!all && !specs.some((spec) => filters.some((word) => `e2e/${spec}`.includes(word)))) return;
  console.log("\n== journeys in a browser");
  const chromium = findChromium();
  if (!chromium) return skip("Chromium: none found, and none could be installed; no journey was tried");
  await check("build for the journeys", async () => void (await build()));
  const file = join(reports, "playwright.json");
  const status = node(["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json", ...filters], {
    CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  add(tally("playwright", file, status, tallyPlaywright));
}

/** What a runner's report says; where it failed and blames no test, that is a failure, too. */
function tally(name: string, file: string, status: number, read: (report: unknown) => Tally): Tally {
  if (!existsSync(file)) return { passed: 0, failed: [`${name}: ended without a report`], skipped: [] };
  const found = read(JSON.parse(readFileSync(file, "utf8")));
  if (status !== 0 && found.failed.length === 0) found.failed.push(`${name}: failed beside its tests`);
  return found;
}

function add({ passed, failed, skipped }: Tally): void {
  total.passed += passed;
  total.failed.push(...failed);
  total.skipped.push(...skipped);
}

/** A machine may lack something; the machine that judges a change may not. */
function skip(what: string): void {
  (process.env.CI ? total.failed : total.skipped).push(what);
}

function program(file: string, ...args: string[]): void {
  const status = node([file, ...args]);
  if (status !== 0) throw new Error(`exit code ${status}`);
}

function node(args: string[], variables: Record<string, string> = {}): number {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...variables },
  });
  return status ?? 1;
}
