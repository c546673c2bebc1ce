import { writeSync } from "node:fs";
import type { Job } from "./kill";
import { OPERATIONS } from "./operations";
import { depsOfEnvironment } from "./world";

// A process that does one thing and is killed at a named step of it, by itself and at once: no handler runs, no connection says goodbye.
const job: Job = JSON.parse(process.argv[2] ?? "");
const deps = depsOfEnvironment();
await OPERATIONS[job.operation](
  {
    ...deps,
    async reached(step) {
      // Synchronous, so that the mark is in the pipe before the end.
      writeSync(1, `${step}\n`);
      if (step === job.step) await new Promise(() => process.kill(process.pid, "SIGKILL"));
    },
  },
  job.viewer,
  job.id,
);
await deps.db.$disconnect();
