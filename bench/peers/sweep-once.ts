import { createAppContext } from "../../lib/config/create-app-context";
import { env } from "../../lib/config/env";
import { sweep } from "../../lib/uploads/sweep";

// Runs one sweep in its own process. Prints counts, seconds and growth of memory (bytes) as JSON.
const context = createAppContext(env());
// Connects and loads all code before the measurement.
await context.db.user.count();
await context.storages.private.stat("quarantine/none");
const before = process.memoryUsage().rss;
const start = performance.now();
const swept = await sweep(context);
const seconds = (performance.now() - start) / 1000;
// The peak of the process, in KiB.
const peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ ...swept, seconds, grown: Math.max(0, peak - before) }));
await context.close();
process.exit(0);
