import { processLog } from "../lib/log/process-log";
import { depsOf } from "./deps";
import { Lifetime } from "./lifetime";
import { surroundings } from "./surroundings";
import { workUntilTold } from "./working/until-told";

// npm run worker: runs the jobs until told to stop, where no scheduler calls /api/cron and `npm start` does not run.
const lifetime = new Lifetime();
await lifetime.run(async () => {
  const { env, close } = await surroundings();
  await lifetime.add(close);
  const log = processLog(env);
  const { finished, end } = workUntilTold(depsOf(env, { log }));
  await lifetime.add(end);
  lifetime.logTo(log);
  log.info("Working. Ctrl-C stops it.");
  await finished;
});
