import { keepWorking } from "../lib/jobs/keep-working";
import { depsOf } from "./deps";
import { Lifetime } from "./lifetime";
import { surroundings } from "./surroundings";

// npm run worker: runs the jobs until told to stop, where no scheduler calls /api/cron and `npm start` does not run.
const lifetime = new Lifetime();
await lifetime.run(async () => {
  const { env, close } = await surroundings();
  await lifetime.add(close);
  const deps = depsOf(env);
  await lifetime.add(deps.close);
  const stop = new AbortController();
  const working = keepWorking(deps, stop.signal);
  await lifetime.add(async () => {
    stop.abort();
    await working;
  });
  console.log("Working. Ctrl-C stops it.");
  await working;
});
