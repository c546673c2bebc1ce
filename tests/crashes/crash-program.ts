import { writeSync } from "node:fs";
import type { CrashJob } from "./child-program";
import { OPERATIONS } from "./operations";
import { appContextFromEnv } from "./crash-fixture";

// A process that does one thing and is killed at a named step of it, by itself and at once: no handler runs, no connection says goodbye.
const crashJob: CrashJob = JSON.parse(process.argv[2] ?? "");
const context = appContextFromEnv();
await OPERATIONS[crashJob.operation](
  {
    ...context,
    async onCrashPoint(step) {
      // Synchronous, so that the mark is in the pipe before the end.
      writeSync(1, `${step}\n`);
      if (step === crashJob.step) await new Promise(() => process.kill(process.pid, "SIGKILL"));
    },
  },
  crashJob.viewer,
  crashJob.id,
);
await context.db.$disconnect();
