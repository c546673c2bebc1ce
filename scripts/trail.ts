import { parseArgs } from "node:util";
import { MAX_FINDINGS, type TrailFinding, type TrailVerdict } from "../lib/audit/trail-verdict";
import { openEnvironment } from "../server/environment";
import { limitHeap } from "./storage/limit-heap";

const USAGE = "npm run trail -- verify [--json]";
const OTHER_SECRET = "If AUTH_SECRET was changed, set TRAIL_SECRET to its earlier value and verify again.";
const [INTACT, BROKEN, NOT_CHECKED] = [0, 1, 2];

/**
 * `npm run trail -- verify`: returns 0 if the audit trail is intact, 1 if not, 2 if it was not
 * checked.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" } },
  });
  if (positionals.length !== 1 || positionals[0] !== "verify") throw new Error(`Usage: ${USAGE}`);
  limitHeap();
  const [{ createAppContext }, { verifyTrail }] = await Promise.all([
    import("../lib/config/create-app-context"),
    import("../lib/audit/verify-trail"),
  ]);
  const { env, close } = await openEnvironment();
  const context = createAppContext(env, { connections: 1 });
  try {
    const verdict = await verifyTrail(context);
    console.log(values.json ? JSON.stringify(verdict) : formatVerdict(verdict));
    return verdict.broken.length > 0 ? BROKEN : INTACT;
  } finally {
    await context.close();
    await close();
  }
}

function formatVerdict(verdict: TrailVerdict): string {
  const { entries, chains, erased, objects, earlier, broken } = verdict;
  if (broken.length > 0) {
    const lines = ["The audit trail is broken:", ...broken.map(formatFinding)];
    if (broken.length >= Math.min(chains, MAX_FINDINGS)) lines.push(OTHER_SECRET);
    return lines.join("\n");
  }
  if (entries === 0) return "The audit trail has no entries yet.";
  const lines = [
    `The audit trail is intact: ${entries} entries in ${chains} chains. Personal data of ${erased} entries were erased. ${objects} objects of published heads agree.`,
  ];
  if (earlier.entries > 0 && !earlier.closed)
    lines.push(`The next sweep closes ${earlier.entries} entries that were written without a key.`);
  return lines.join("\n");
}

function formatFinding({ seq, subject, reason }: TrailFinding): string {
  const entry = seq === null ? "" : `entry ${seq}`;
  const about = subject === null ? "" : `about ${subject}`;
  return `- ${[entry, about].filter(Boolean).join(" ")}${entry || about ? ": " : ""}${reason}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = NOT_CHECKED;
}
