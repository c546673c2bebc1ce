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
/** Audits that a private page fails on purpose, because search engines must not index it. */
const SEARCH_ENGINE_AUDITS = new Set(["is-crawlable"]);

export type Scores = {
  performance: number;
  accessibility: number;
  bestPractices: number;
  /** Without SEARCH_ENGINE_AUDITS for a private page. */
  seo: number;
  /** Milliseconds. */
  tbt: number;
  lcp: number;
  /** The same on a throttled connection and processor. */
  slowed: { tbt: number; lcp: number };
  /** Names of the audits below 90 points. */
  failedAudits: string[];
};

/** Paths of Lighthouse and of the browser that it uses. */
export type LighthouseTools = { lighthouse: string; browser: string };

/**
 * Installs Lighthouse from npm outside the project, because it has 100 MB. Installs Chromium's
 * headless shell from Debian, because it needs less CPU, or uses the complete browser.
 */
export async function installLighthouseTools(): Promise<LighthouseTools> {
  const shell = "chromium-headless-shell";
  const missing = await installFromDebian("Chromium's headless shell", [shell], [shell]);
  if (missing) console.log(`Lighthouse uses the complete browser: ${missing}.`);
  return {
    lighthouse: await installLighthouse(),
    browser: missing ? (findChromium() ?? "") : `/usr/bin/${shell}`,
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
 * Returns medians of a few runs, as an average phone on a slow connection. By default Lighthouse
 * estimates them from a fast visit. On loopback all scripts arrive before the first paint, so the
 * estimate counts them all. `slowed` is measured with real throttling: what a visitor waits for.
 */
export async function runLighthouse(tools: LighthouseTools, url: string, cookie?: string): Promise<Scores> {
  const repeatRun = async (throttling: Throttling) => {
    const runs: LighthouseRun[] = [];
    while (runs.length < RUNS) runs.push(await runLighthouseOnce(tools, url, throttling, cookie));
    return runs;
  };
  const estimated = await repeatRun("simulate");
  const slowed = await repeatRun("devtools");
  return {
    performance: median(estimated.map(({ performance }) => performance)),
    accessibility: Math.min(...estimated.map(({ accessibility }) => accessibility)),
    bestPractices: Math.min(...estimated.map(({ bestPractices }) => bestPractices)),
    seo: Math.min(...estimated.map(({ seo }) => seo)),
    tbt: median(estimated.map(({ tbt }) => tbt)),
    lcp: median(estimated.map(({ lcp }) => lcp)),
    slowed: { tbt: median(slowed.map(({ tbt }) => tbt)), lcp: median(slowed.map(({ lcp }) => lcp)) },
    failedAudits: [...new Set(estimated.flatMap(({ failedAudits }) => failedAudits))],
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
  tools: LighthouseTools,
  url: string,
  throttling: Throttling,
  cookie: string | undefined,
): Promise<LighthouseRun> {
  const out = join(tmpdir(), `dossier-lighthouse-${process.pid}.json`);
  const flags = ["--headless=new", ...chromiumFlags()].join(" ");
  const extra = cookie ? [`--extra-headers=${JSON.stringify({ Cookie: cookie })}`] : [];
  const options = ["--quiet", "--output=json", `--output-path=${out}`, `--chrome-flags=${flags}`];
  const measurement = [
    "--only-categories=performance,accessibility,best-practices,seo",
    `--throttling-method=${throttling}`,
  ];
  await promisify(execFile)(process.execPath, [tools.lighthouse, url, ...options, ...measurement, ...extra], {
    env: { ...process.env, CHROME_PATH: tools.browser },
    timeout: 240_000,
  });
  const report: LighthouseReport = JSON.parse(readFileSync(out, "utf8"));
  if (report.runtimeError) throw new Error(`${url}: ${report.runtimeError.message}`);
  return parseScores(report, cookie ? SEARCH_ENGINE_AUDITS : new Set());
}

function parseScores(
  { audits, categories }: LighthouseReport,
  excludedSeoAudits: ReadonlySet<string>,
): LighthouseRun {
  const score = (name: string, excluded: ReadonlySet<string> = new Set()) => {
    const counted = (categories[name]?.auditRefs ?? []).filter(
      ({ id, weight }) => weight > 0 && !excluded.has(id) && typeof audits[id]?.score === "number",
    );
    const all = counted.reduce((sum, { weight }) => sum + weight, 0);
    return Math.round(
      (100 * counted.reduce((sum, { id, weight }) => sum + weight * (audits[id]?.score ?? 0), 0)) / all,
    );
  };
  const failedAudits = Object.values(categories)
    .flatMap(({ auditRefs }) => auditRefs)
    .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => id);
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    bestPractices: score("best-practices"),
    seo: score("seo", excludedSeoAudits),
    tbt: Math.round(audits["total-blocking-time"]?.numericValue ?? Number.NaN),
    lcp: Math.round(audits["largest-contentful-paint"]?.numericValue ?? Number.NaN),
    failedAudits,
  };
}
