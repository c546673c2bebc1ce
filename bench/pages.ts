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
  /** Whose page it is, of the demo's people. */
  as?: string;
  /** Of what an empty page weighs. */
  goal: number;
  /** Something that is fetched only when it is done. */
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
      act: (page) => page.getByRole("button", { name: "Change the part shown" }).click(),
    },
  },
  { page: "documents", path: "/documents", as: "soren", goal: 1.25 },
  {
    page: "desk",
    path: "/review",
    as: "mira",
    goal: 1.2,
    onDemand: { what: "viewer", act: (page) => page.locator('main ol a[href^="/review/"]').first().click() },
  },
];

/**
 * What five pages weigh beside an empty Next page of the same run (HTML, CSS and JS in Brotli; fonts apart), and what Lighthouse says of them.
 * `BENCH_LIGHTHOUSE=off` leaves that out.
 */
export async function run(): Promise<BenchResult> {
  await buildAndPublish();
  const hello = buildBaselineApp();
  const site = await startDemoSite(SITE_PORT);
  const empty = `http://127.0.0.1:${HELLO_PORT}/`;
  const command = [process.execPath, NEXT_CLI, "start", hello, "-p", String(HELLO_PORT)];
  const peer = await startMeasuredServer(command, empty, { NODE_ENV: "production" }, { pinned: false });
  try {
    const result = await measureWeights(site, empty);
    if (process.env.BENCH_LIGHTHOUSE === "off") return result;
    const judged = await runLighthouseForAll(site, empty);
    return {
      name,
      rows: result.rows.map((row) => ({ ...row, ...judged.rows.get(String(row.page)) })),
      goals: [...result.goals, ...judged.goals],
    };
  } finally {
    await peer.stop();
    await site.stop();
  }
}

async function measureWeights(site: DemoSite, empty: string): Promise<BenchResult> {
  const browser = await chromium.launch({
    ...(findChromium() ? { executablePath: findChromium() ?? "" } : {}),
    args: chromiumFlags(),
  });
  try {
    const { first } = await measurePageWeight(browser, empty);
    const floor = totalBytes(first);
    const rows = [weightRow(EMPTY_PAGE, first, floor)];
    const goals: BenchResult["goals"] = [];
    for (const { page, path, as, goal, onDemand } of VISITS) {
      const cookie = as ? { cookie: await site.cookieOf(as) } : {};
      const act = onDemand ? { act: onDemand.act } : {};
      const { first, onTop } = await measurePageWeight(browser, `${site.url}${path}`, { ...cookie, ...act });
      rows.push(weightRow(page, first, floor));
      const share = totalBytes(first) / floor;
      const measured = share.toFixed(3);
      goals.push({
        what: `${page} beside an empty page`,
        goal: `at most ${goal}`,
        measured,
        met: share <= goal,
      });
      if (!onDemand) continue;
      const met = onTop.js > 0;
      goals.push({
        what: `${onDemand.what} comes when it is asked for`,
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

/** The empty page as well: what it lacks on this machine is none of ours. */
async function runLighthouseForAll(
  site: DemoSite,
  empty: string,
): Promise<{ rows: Map<string, object>; goals: BenchResult["goals"] }> {
  const judge = await installLighthouseTools();
  const rows = new Map<string, object>();
  const goals: BenchResult["goals"] = [];
  const look = async (page: string, address: string, cookie?: string) => {
    const load = loadavg()[0]?.toFixed(1);
    const scores = await runLighthouse(judge, address, cookie);
    const { performance, accessibility, bestPractices, seo, tbt, lcp, slowed } = scores;
    const blocking = { "TBT ms": tbt, "TBT ms, slowed": slowed.tbt };
    const painting = { "LCP ms": lcp, "LCP ms, slowed": slowed.lcp };
    rows.set(page, { performance, accessibility, bestPractices, seo, ...blocking, ...painting, load });
    return scores;
  };
  await look(EMPTY_PAGE, empty);
  for (const { page, path, as } of VISITS)
    goals.push(
      ...lighthouseGoals(
        page,
        await look(page, `${site.url}${path}`, as ? await site.cookieOf(as) : undefined),
      ),
    );
  return { rows, goals };
}

function lighthouseGoals(page: string, scores: Scores): BenchResult["goals"] {
  const { performance, accessibility, bestPractices, seo, tbt, failedAudits: lacking } = scores;
  const whole = accessibility === 100 && bestPractices === 100 && seo === 100;
  return [
    {
      what: `${page}: accessibility, best practices, SEO`,
      goal: "100 each",
      measured: [accessibility, bestPractices, seo].join(", ") + (whole ? "" : ` (${lacking.join(" ")})`),
      met: whole,
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

function weightRow(page: string, weight: PageWeight, floor: number): Record<string, string | number> {
  const { html, css, js, fonts, requests } = weight;
  return {
    page,
    HTML: formatKilobytes(html),
    CSS: formatKilobytes(css),
    JS: formatKilobytes(js),
    together: formatKilobytes(totalBytes(weight)),
    "beside the empty one": Number((totalBytes(weight) / floor).toFixed(3)),
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
