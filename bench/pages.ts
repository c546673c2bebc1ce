import { loadavg } from "node:os";
import { chromium, type Page } from "@playwright/test";
import { buildAndPublish } from "../server/build";
import { chromiumFlags, findChromium } from "../tests/support/chromium";
import { type DemoSite, startDemoSite } from "./pages/demo-site";
import { installLighthouseTools, runLighthouse, type Scores } from "./pages/lighthouse";
import { measurePageWeight, type PageWeight } from "./pages/page-weight";
import { buildBaselineApp, NEXT_CLI } from "./peers/baseline-app";
import { startMeasuredServer } from "./peers/measured-server";
import type { BenchResult } from "./runner/result";

export const name = "pages";

const [SITE_PORT, HELLO_PORT] = [3298, 3299];

type Visit = {
  page: string;
  path: string;
  /** The demo account that opens the page. */
  as?: string;
  /** The highest allowed ratio to the weight of an empty page. */
  goal: number;
  /** An action that loads more code. */
  onDemand?: { what: string; act: (page: Page) => Promise<void> };
};

const EMPTY_PAGE = "empty Next page";

const VISITS: readonly Visit[] = [
  { page: "landing", path: "/", goal: 1.05 },
  { page: "public profile", path: "/u/ada-demo", goal: 1.05 },
  {
    page: "profile",
    path: "/profile",
    as: "ada",
    goal: 1.25,
    onDemand: {
      what: "crop",
      act: (page) => page.getByRole("button", { name: "Change the visible part" }).click(),
    },
  },
  { page: "security", path: "/security", as: "soren", goal: 1.25 },
  { page: "admin", path: "/admin", as: "admin", goal: 1.25 },
  { page: "documents", path: "/documents", as: "soren", goal: 1.25 },
  {
    page: "review queue",
    path: "/review",
    as: "mira",
    goal: 1.2,
    onDemand: { what: "viewer", act: (page) => page.locator('main ol a[href^="/review/"]').first().click() },
  },
];

/**
 * Compares pages with an empty Next page of the same run: HTML, CSS and JS in Brotli, fonts
 * separately. Also runs Lighthouse, unless `BENCH_LIGHTHOUSE=off`.
 */
export async function run(): Promise<BenchResult> {
  await buildAndPublish();
  const baselineFolder = buildBaselineApp();
  const site = await startDemoSite(SITE_PORT);
  const emptyUrl = `http://127.0.0.1:${HELLO_PORT}/`;
  const command = [process.execPath, NEXT_CLI, "start", baselineFolder, "-p", String(HELLO_PORT)];
  const server = await startMeasuredServer(command, emptyUrl, { NODE_ENV: "production" }, { pinned: false });
  try {
    const result = await measureWeights(site, emptyUrl);
    if (process.env.BENCH_LIGHTHOUSE === "off") return result;
    const lighthouse = await runLighthouseForAll(site, emptyUrl);
    return {
      name,
      rows: result.rows.map((row) => ({ ...row, ...lighthouse.rows.get(String(row.page)) })),
      goals: [...result.goals, ...lighthouse.goals],
    };
  } finally {
    await server.stop();
    await site.stop();
  }
}

async function measureWeights(site: DemoSite, emptyUrl: string): Promise<BenchResult> {
  const browser = await chromium.launch({
    ...(findChromium() ? { executablePath: findChromium() ?? "" } : {}),
    args: chromiumFlags(),
  });
  try {
    const { first } = await measurePageWeight(browser, emptyUrl);
    const baseline = totalBytes(first);
    const rows = [weightRow(EMPTY_PAGE, first, baseline)];
    const goals: BenchResult["goals"] = [];
    for (const { page, path, as, goal, onDemand } of VISITS) {
      const cookie = as ? { cookie: await site.cookieOf(as) } : {};
      const act = onDemand ? { act: onDemand.act } : {};
      const { first, onTop } = await measurePageWeight(browser, `${site.url}${path}`, { ...cookie, ...act });
      rows.push(weightRow(page, first, baseline));
      const ratio = totalBytes(first) / baseline;
      const measured = ratio.toFixed(3);
      goals.push({
        what: `${page}: ratio to an empty page`,
        goal: `at most ${goal}`,
        measured,
        met: ratio <= goal,
      });
      if (!onDemand) continue;
      const met = onTop.js > 0;
      goals.push({
        what: `${onDemand.what} is loaded lazily`,
        goal: "yes",
        measured: formatKilobytes(onTop.js),
        met,
      });
    }
    return { name, rows, goals };
  } finally {
    await browser.close();
  }
}

/** Runs Lighthouse for every page, and for the empty page to compare. */
async function runLighthouseForAll(
  site: DemoSite,
  emptyUrl: string,
): Promise<{ rows: Map<string, object>; goals: BenchResult["goals"] }> {
  const tools = await installLighthouseTools();
  const rows = new Map<string, object>();
  const goals: BenchResult["goals"] = [];
  const measure = async (page: string, url: string, cookie?: string) => {
    const load = loadavg()[0]?.toFixed(1);
    const scores = await runLighthouse(tools, url, cookie);
    const { performance, accessibility, bestPractices, seo, tbt, lcp, slowed } = scores;
    const blocking = { "TBT ms": tbt, "TBT ms, slowed": slowed.tbt };
    const painting = { "LCP ms": lcp, "LCP ms, slowed": slowed.lcp };
    rows.set(page, { performance, accessibility, bestPractices, seo, ...blocking, ...painting, load });
    return scores;
  };
  await measure(EMPTY_PAGE, emptyUrl);
  for (const { page, path, as } of VISITS)
    goals.push(
      ...lighthouseGoals(
        page,
        await measure(page, `${site.url}${path}`, as ? await site.cookieOf(as) : undefined),
      ),
    );
  return { rows, goals };
}

function lighthouseGoals(page: string, scores: Scores): BenchResult["goals"] {
  const { performance, accessibility, bestPractices, seo, tbt, failedAudits } = scores;
  const isPerfect = accessibility === 100 && bestPractices === 100 && seo === 100;
  return [
    {
      what: `${page}: accessibility, best practices, SEO`,
      goal: "100 each",
      measured:
        [accessibility, bestPractices, seo].join(", ") + (isPerfect ? "" : ` (${failedAudits.join(" ")})`),
      met: isPerfect,
    },
    {
      what: `${page}: performance`,
      goal: "at least 99",
      measured: String(performance),
      met: performance >= 99,
    },
    { what: `${page}: blocking time`, goal: "at most 70 ms", measured: `${tbt} ms`, met: tbt <= 70 },
  ];
}

function weightRow(page: string, weight: PageWeight, baseline: number): Record<string, string | number> {
  const { html, css, js, fonts, requests } = weight;
  return {
    page,
    HTML: formatKilobytes(html),
    CSS: formatKilobytes(css),
    JS: formatKilobytes(js),
    total: formatKilobytes(totalBytes(weight)),
    "ratio to the empty page": Number((totalBytes(weight) / baseline).toFixed(3)),
    fonts: formatKilobytes(fonts),
    requests,
  };
}

function totalBytes({ html, css, js }: PageWeight): number {
  return html + css + js;
}

function formatKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
