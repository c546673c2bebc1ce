import { env } from "../../lib/env";
import { sweep } from "../../lib/uploads/sweep";
import { depsOf } from "../deps";

// One sweep in a process of its own, for the benchmark: says as JSON what it did, how long it took (seconds) and how far memory rose (bytes).
const deps = depsOf(env());
// Connected, and everything loaded, before anything is measured.
await deps.db.user.count();
await deps.storages.private.stat("quarantine/none");
const before = process.memoryUsage().rss;
const start = performance.now();
const swept = await sweep(deps);
const seconds = (performance.now() - start) / 1000;
// Of the whole process's life, in KiB.
const peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ ...swept, seconds, grown: Math.max(0, peak - before) }));
await deps.close();
process.exit(0);
