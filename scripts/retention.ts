import { parseArgs } from "node:util";
import { z } from "zod";
import type { AppContext } from "../lib/app-context";
import { createAppContext } from "../lib/config/create-app-context";
import { countDueFiles } from "../lib/retention/destroy-due-files";
import { forecastRetention } from "../lib/retention/forecast";
import { type ReplayResult, replayCompletely } from "../lib/retention/replay";
import { runRetention } from "../lib/retention/run-retention";
import { openEnvironment } from "../server/environment";

const USAGE =
  "npm run retention -- forecast [--until YYYY-MM-DD] [--json] | run [--dry-run] [--json] | replay [--dry-run] [--json]";

type Options = { until?: string | undefined; isDryRun: boolean; isJson: boolean };

/** Each command prints its result and returns the exit code. */
const COMMANDS: Record<string, (context: AppContext, options: Options) => Promise<number>> = {
  forecast: async (context, { until, isDryRun, isJson }) => {
    if (isDryRun) throw new Error(USAGE);
    const forecast = await forecastRetention(context, { to: until });
    if (isJson) console.log(JSON.stringify(forecast));
    else {
      for (const { date, field, files } of forecast.days) console.log(`${date}  ${field}  ${files}`);
      console.log(`${forecast.total} files end.`);
    }
    return 0;
  },
  run: async (context, { until, isDryRun, isJson }) => {
    if (until !== undefined) throw new Error(USAGE);
    const result = isDryRun ? await previewRun(context) : await runRetention(context);
    console.log(isJson ? JSON.stringify(result) : formatCounts(result));
    return "failed" in result && result.failed > 0 ? 1 : 0;
  },
  replay: async (context, { until, isDryRun, isJson }) => {
    if (until !== undefined) throw new Error(USAGE);
    const result = await replayCompletely(context, { isDryRun });
    console.log(isJson ? JSON.stringify(result) : formatReplay(result, isDryRun));
    const isOutstanding = isDryRun && result.replayed + result.people > 0;
    return result.failed > 0 || result.unreadable.length > 0 || isOutstanding ? 1 : 0;
  },
};

function formatReplay(
  { tombstones, renewed, replayed, people, unreadable }: ReplayResult,
  isDryRun: boolean,
): string {
  return [
    `${tombstones} tombstones of destroyed files and erased people were compared with the database and the storage.`,
    isDryRun
      ? `A restored backup has brought back ${replayed} of these files. A replay destroys them again.`
      : `A restored backup had brought back ${replayed} of these files. They are destroyed again.`,
    ...(people > 0
      ? [
          isDryRun
            ? `It has brought back ${people} erased people. A replay closes their accounts.`
            : `It had brought back ${people} erased people. Their accounts are closed, and the retention job erases them.`,
        ]
      : []),
    ...(renewed > 0
      ? [`${renewed} tombstones were missing${isDryRun ? "." : ", and are written again."}`]
      : []),
    ...unreadable.map((key) => `Not as it was written: ${key}`),
  ].join("\n");
}

/** Counts what a run would destroy now. */
async function previewRun(context: AppContext): Promise<{ due: number }> {
  return { due: await countDueFiles(context) };
}

function formatCounts(result: object): string {
  return Object.entries(result)
    .map(([name, count]) => `${name}: ${count}`)
    .join("\n");
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { until: { type: "string" }, "dry-run": { type: "boolean" }, json: { type: "boolean" } },
  });
  const [name = ""] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || positionals.length > 1) throw new Error(USAGE);
  const until = z.iso.date("--until must be a day such as 2027-03-31").optional().parse(values.until);
  const { env, close } = await openEnvironment();
  const context = createAppContext(env);
  try {
    return await command(context, {
      until,
      isDryRun: values["dry-run"] ?? false,
      isJson: values.json ?? false,
    });
  } finally {
    await context.close();
    await close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    error instanceof z.ZodError ? error.issues[0]?.message : error instanceof Error ? error.message : error,
  );
  process.exitCode = 2;
}
