import { createAppContext } from "../../lib/config/create-app-context";
import { env } from "../../lib/config/env";
import { silentLog } from "../../lib/observability/log";
import { dateFiles } from "../../lib/retention/date-files";
import { forecastRetention } from "../../lib/retention/forecast";
import { runRetention } from "../../lib/retention/run-retention";
import { median } from "../runner/median";

// Runs one part of the retention in a process of its own. Prints the seconds and the growth of its
// memory as JSON.

const FORECASTS = 15;

const context = createAppContext(env(), { log: silentLog });
// The store's time does not count, so no tombstone is written.
context.storages.private.put = async () => undefined;

const PARTS: Record<string, () => Promise<{ count: number; seconds: number }>> = {
  date: () => measure(() => dateFiles(context)),
  run: () => measure(async () => (await runRetention(context)).ended),
  forecast: async () => {
    const runs = [];
    for (let run = 0; run < FORECASTS; run += 1)
      runs.push(await measure(async () => (await forecastRetention(context)).total));
    return { count: runs[0]?.count ?? 0, seconds: median(runs.map(({ seconds }) => seconds)) };
  },
};

async function measure(work: () => Promise<number>): Promise<{ count: number; seconds: number }> {
  const started = performance.now();
  const count = await work();
  return { count, seconds: (performance.now() - started) / 1000 };
}

await context.db.$queryRaw`SELECT 1`;
const before = process.memoryUsage().rss;
let highest = before;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage().rss);
}, 20);
const result = await PARTS[process.argv[2] ?? ""]?.();
clearInterval(watch);
console.log(JSON.stringify({ ...result, grown: highest - before }));
await context.close();
