import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDb } from "../lib/db/client";
import type { Env } from "../lib/config/env";
import { processLog } from "../lib/observability/process-log";
import { createAppContext } from "./app-context";
import { ProcessLifecycle } from "./process-lifecycle";
import { requireFreePort, isLoopback, loadEnvFiles, openEnvironment } from "./environment";
import { startJobWorker } from "./job-worker";

type Options = {
  dev: boolean;
  beforeStart?: () => Promise<void>;
  /** Whether it does the worker's work as well. */
  runsJobs?: boolean;
};

/** `npm start`, `npm run dev` and a bundle's `serve`: database, demo, application; all of it until told to stop. */
export async function startApp({ dev, beforeStart: before, runsJobs: jobs = true }: Options): Promise<void> {
  const lifetime = new ProcessLifecycle();
  await lifetime.run(async () => {
    Object.assign(process.env, {
      NODE_ENV: dev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
    });
    loadEnvFiles();
    process.env.PORT = String(await requireFreePort(Number(process.env.PORT || 3000)));
    const { env, isEmbedded: embedded, close } = await openEnvironment();
    await lifetime.addCloser(close);
    await before?.();
    if (lifetime.isStopping) return;
    const signIn = await seedDemo(env, embedded);
    const { startNextServer: serve } = await import("./next-server");
    const front = await serve(env, { dev });
    const leaveWork = jobs ? startJobWorkerFor(env) : async () => undefined;
    // Side by side: what is being worked on may take as long as a request may.
    await lifetime.addCloser(async () => void (await Promise.all([front.close(), leaveWork()])));
    const log = processLog(env);
    lifetime.logUncaughtErrors(log);
    if (signIn || process.stdout.isTTY)
      process.stdout.write(`\n  Dossier answers at ${env.APP_URL}\n${signIn}\n  Ctrl-C stops it.\n\n`);
    else log.info("Dossier answers.", { at: env.APP_URL });
  });
}

/** What a worker does, in this process: where nothing else runs, what is to be destroyed is destroyed on time all the same. */
function startJobWorkerFor(env: Env): () => Promise<void> {
  const deps = createAppContext(env, { connections: 2, log: processLog(env) });
  return startJobWorker(deps).end;
}

/** Lays the demo into an embedded database without people, and returns what tells a visitor how to sign in to it. */
async function seedDemo(env: Env, embedded: boolean): Promise<string> {
  const { seedDemo: layDemo, demoSignInHelp: demoSignIn, whereNotDemo: notOfDemo, requireNoDemo: refuseDemo } = await import("../prisma/seed");
  if (!isLoopback(env.APP_URL)) await refuseDemo({ env });
  if (!embedded || env.DEMO === "off" || !isLoopback(env.APP_URL)) return "";
  const laid = join(env.DATA_DIR, "demo-laid");
  if (!existsSync(laid)) {
    const db = createDb(env.DATABASE_URL, { connections: 1 });
    const people = await db.user.count({ where: notOfDemo }).finally(() => db.$disconnect());
    if (people > 0) return "";
    console.log("Laying the demo: people, pictures and documents to look around in.");
    await layDemo({ env });
    writeFileSync(laid, "");
  }
  return demoSignIn;
}
