import { writeSync } from "node:fs";
import type { CrashJob } from "./child-program";
import { appContextFromEnv } from "./crash-fixture";
import { OPERATIONS } from "./operations";

// This program runs one operation and kills itself at a crash point: no handler runs, no connection
// closes properly.
const crashJob: CrashJob = JSON.parse(process.argv[2] ?? "");
const context = appContextFromEnv();
await OPERATIONS[crashJob.operation](
  {
    ...context,
    async onCrashPoint(crashPoint) {
      // Synchronous, so that the parent receives the line before the process ends.
      writeSync(1, `${crashPoint}\n`);
      if (crashPoint === crashJob.crashPoint) await new Promise(() => process.kill(process.pid, "SIGKILL"));
    },
  },
  crashJob.viewer,
  crashJob.id,
);
await context.db.$disconnect();
