import { createAppContext } from "../lib/config/create-app-context";
import { processLog } from "../lib/observability/process-log";
import { openEnvironment } from "../server/environment";
import { startJobWorker } from "../server/job-worker";
import { ProcessLifecycle } from "../server/process-lifecycle";

// npm run worker: runs the jobs until SIGTERM, for deployments without `npm start` and scheduler.
const lifecycle = new ProcessLifecycle();
await lifecycle.run(async () => {
  const { env, close } = await openEnvironment();
  await lifecycle.addCloser(close);
  const log = processLog(env);
  const { finished, end } = startJobWorker(createAppContext(env, { log }));
  await lifecycle.addCloser(end);
  lifecycle.logUncaughtErrors(log);
  log.info("Working. Ctrl-C stops it.");
  await finished;
});
