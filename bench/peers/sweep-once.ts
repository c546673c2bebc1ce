import { env } from "../../lib/config/env";
import { sweep } from "../../lib/uploads/sweep";
import { createAppContext } from "../../server/app-context";

// One sweep in a process of its own, for the benchmark: says as JSON what it did, how long it took (seconds) and how far memory rose (bytes).
const context = createAppContext(env());
// Connected, and everything loaded, before anything is measured.
await context.db.user.count();
await context.storages.private.stat("quarantine/none");
const before = process.memoryUsage().rss;
const start = performance.now();
const swept = await sweep(context);
const seconds = (performance.now() - start) / 1000;
// Of the whole process's life, in KiB.
const peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ ...swept, seconds, grown: Math.max(0, peak - before) }));
await context.close();
process.exit(0);
