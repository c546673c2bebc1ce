import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findChromium } from "../../testing/chromium";

const VERSION = "13.5.0";
const RUNS = 3;
/** What a page of somebody's own fails on purpose: what nobody but its reader may see is in no search engine. */
const ABOUT_BEING_FOUND = new Set(["is-crawlable"]);

export type Scores = {
  performance: number;
  accessibility: number;
  bestPractices: number;
  /** Of a private page without the audit that it must fail: "it is kept from search engines". */
  seo: number;
  /** Milliseconds. */
  tbt: number;
  lcp: number;
  /** Audits that cost points, by name. */
  lacking: string[];
};

/** Sees to it that Lighthouse is there, from npm, outside the project: 100 MB for one benchmark. Returns its command. */
export async function installLighthouse(): Promise<string> {
  const folder =
    process.env.LIGHTHOUSE_FOLDER ||
    join(tmpdir(), `dossier-lighthouse-${process.getuid?.() ?? 0}-${VERSION}`);
  const command = join(folder, "node_modules", "lighthouse", "cli", "index.js");
  if (existsSync(command)) return command;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "package.json"), "{}\n");
  const options = ["--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"];
  await promisify(execFile)("npm", ["install", ...options, `lighthouse@${VERSION}`], { timeout: 300_000 });
  return command;
}

/** Medians of a few runs as a phone of the middle class on a slow line, throttled by simulation: the load of this machine hardly counts. */
export async function lighthouse(command: string, address: string, cookie?: string): Promise<Scores> {
  const runs: Scores[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await once(command, address, cookie));
  const median = (of: (scores: Scores) => number) =>
    runs.map(of).sort((one, other) => one - other)[Math.floor(RUNS / 2)] ?? Number.NaN;
  return {
    performance: median(({ performance }) => performance),
    accessibility: Math.min(...runs.map(({ accessibility }) => accessibility)),
    bestPractices: Math.min(...runs.map(({ bestPractices }) => bestPractices)),
    seo: Math.min(...runs.map(({ seo }) => seo)),
    tbt: median(({ tbt }) => tbt),
    lcp: median(({ lcp }) => lcp),
    lacking: [...new Set(runs.flatMap(({ lacking }) => lacking))],
  };
}

type Audit = { score: number | null; numericValue?: number };
type Report = {
  runtimeError?: { message: string };
  audits: Record<string, Audit>;
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
};

async function once(command: string, address: string, cookie?: string): Promise<Scores> {
  const out = join(tmpdir(), `dossier-lighthouse-${process.pid}.json`);
  const flags = "--headless=new --no-sandbox --disable-quic --disable-background-networking --no-first-run";
  const extra = cookie ? [`--extra-headers=${JSON.stringify({ Cookie: cookie })}`] : [];
  const options = ["--quiet", "--output=json", `--output-path=${out}`, `--chrome-flags=${flags}`];
  const categories = "--only-categories=performance,accessibility,best-practices,seo";
  await promisify(execFile)(process.execPath, [command, address, ...options, categories, ...extra], {
    env: { ...process.env, CHROME_PATH: findChromium() ?? "" },
    timeout: 240_000,
  });
  const report: Report = JSON.parse(readFileSync(out, "utf8"));
  if (report.runtimeError) throw new Error(`${address}: ${report.runtimeError.message}`);
  return scoresOf(report, cookie ? ABOUT_BEING_FOUND : new Set());
}

function scoresOf({ audits, categories }: Report, notOfSeo: ReadonlySet<string>): Scores {
  const score = (name: string, without: ReadonlySet<string> = new Set()) => {
    const counted = (categories[name]?.auditRefs ?? []).filter(
      ({ id, weight }) => weight > 0 && !without.has(id) && typeof audits[id]?.score === "number",
    );
    const all = counted.reduce((sum, { weight }) => sum + weight, 0);
    return Math.round(
      (100 * counted.reduce((sum, { id, weight }) => sum + weight * (audits[id]?.score ?? 0), 0)) / all,
    );
  };
  const lacking = Object.values(categories)
    .flatMap(({ auditRefs }) => auditRefs)
    .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => id);
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    bestPractices: score("best-practices"),
    seo: score("seo", notOfSeo),
    tbt: Math.round(audits["total-blocking-time"]?.numericValue ?? Number.NaN),
    lcp: Math.round(audits["largest-contentful-paint"]?.numericValue ?? Number.NaN),
    lacking,
  };
}
