import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromiumFlags, findChromium } from "../../tests/support/chromium";
import { installFromDebian } from "../../tests/support/debian-packages";
import { median } from "../runner/median";

const LIGHTHOUSE_VERSION = "13.5.0";
const RUNS = 3;
/** What a page of somebody's own fails on purpose: what nobody but its reader may see is in no search engine. */
const SEARCH_ENGINE_AUDITS = new Set(["is-crawlable"]);

export type Scores = {
  performance: number;
  accessibility: number;
  bestPractices: number;
  /** Of a private page without the audit that it must fail: "it is kept from search engines". */
  seo: number;
  /** Milliseconds. */
  tbt: number;
  lcp: number;
  /** The same two with the line and the processor really slowed down. */
  slowed: { tbt: number; lcp: number };
  /** Audits that cost points, by name. */
  failedAudits: string[];
};

/** What judges a page. */
export type LighthouseTools = { lighthouse: string; browser: string };

/**
 * Sees to it that Lighthouse is there, from npm, outside the project: 100 MB for one benchmark; and Chromium without the browser around it (Debian's
 * package of that name), which takes less of the cores on which it measures. Where that one cannot be had it is the whole browser.
 */
export async function installLighthouseTools(): Promise<LighthouseTools> {
  const shell = "chromium-headless-shell";
  const lacking = await installFromDebian("Chromium's headless shell", [shell], [shell]);
  if (lacking) console.log(`Judged in the whole browser: ${lacking}.`);
  return {
    lighthouse: await installLighthouse(),
    browser: lacking ? (findChromium() ?? "") : `/usr/bin/${shell}`,
  };
}

async function installLighthouse(): Promise<string> {
  const folder =
    process.env.LIGHTHOUSE_FOLDER ||
    join(tmpdir(), `dossier-lighthouse-${process.getuid?.() ?? 0}-${LIGHTHOUSE_VERSION}`);
  const command = join(folder, "node_modules", "lighthouse", "cli", "index.js");
  if (existsSync(command)) return command;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "package.json"), "{}\n");
  const options = ["--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"];
  await promisify(execFile)("npm", ["install", ...options, `lighthouse@${LIGHTHOUSE_VERSION}`], {
    timeout: 300_000,
  });
  return command;
}

/**
 * Medians of a few runs as a phone of the middle class on a slow line. As Lighthouse's own default does, what that takes is estimated from a fast visit:
 * whatever had come before the first picture counts as needed for it, and from loopback all scripts have. So the same is also measured on a line and a
 * processor that are slowed down (`slowed`): what a visitor waits for.
 */
export async function runLighthouse(
  judge: LighthouseTools,
  address: string,
  cookie?: string,
): Promise<Scores> {
  const several = async (throttling: Throttling) => {
    const runs: LighthouseRun[] = [];
    while (runs.length < RUNS) runs.push(await runLighthouseOnce(judge, address, throttling, cookie));
    return runs;
  };
  const estimated = await several("simulate");
  const slowed = await several("devtools");
  return {
    performance: median(estimated.map(({ performance }) => performance)),
    accessibility: Math.min(...estimated.map(({ accessibility }) => accessibility)),
    bestPractices: Math.min(...estimated.map(({ bestPractices }) => bestPractices)),
    seo: Math.min(...estimated.map(({ seo }) => seo)),
    tbt: median(estimated.map(({ tbt }) => tbt)),
    lcp: median(estimated.map(({ lcp }) => lcp)),
    slowed: { tbt: median(slowed.map(({ tbt }) => tbt)), lcp: median(slowed.map(({ lcp }) => lcp)) },
    failedAudits: [...new Set(estimated.flatMap(({ failedAudits: lacking }) => lacking))],
  };
}

type Throttling = "simulate" | "devtools";
type LighthouseRun = Omit<Scores, "slowed">;
type Audit = { score: number | null; numericValue?: number };
type LighthouseReport = {
  runtimeError?: { message: string };
  audits: Record<string, Audit>;
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
};

async function runLighthouseOnce(
  judge: LighthouseTools,
  address: string,
  throttling: Throttling,
  cookie: string | undefined,
): Promise<LighthouseRun> {
  const out = join(tmpdir(), `dossier-lighthouse-${process.pid}.json`);
  const flags = ["--headless=new", ...chromiumFlags()].join(" ");
  const extra = cookie ? [`--extra-headers=${JSON.stringify({ Cookie: cookie })}`] : [];
  const options = ["--quiet", "--output=json", `--output-path=${out}`, `--chrome-flags=${flags}`];
  const what = [
    "--only-categories=performance,accessibility,best-practices,seo",
    `--throttling-method=${throttling}`,
  ];
  await promisify(execFile)(process.execPath, [judge.lighthouse, address, ...options, ...what, ...extra], {
    env: { ...process.env, CHROME_PATH: judge.browser },
    timeout: 240_000,
  });
  const report: LighthouseReport = JSON.parse(readFileSync(out, "utf8"));
  if (report.runtimeError) throw new Error(`${address}: ${report.runtimeError.message}`);
  return parseScores(report, cookie ? SEARCH_ENGINE_AUDITS : new Set());
}

function parseScores({ audits, categories }: LighthouseReport, notOfSeo: ReadonlySet<string>): LighthouseRun {
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
    failedAudits: lacking,
  };
}
