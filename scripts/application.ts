import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDb } from "../lib/db/client";
import type { Env } from "../lib/env";
import { processLog } from "../lib/log/process-log";
import { depsOf } from "./deps";
import { Lifetime } from "./lifetime";
import { availablePort, isLoopback, readSettings, surroundings } from "./surroundings";
import { workUntilTold } from "./working/until-told";

type Options = {
  dev: boolean;
  before?: () => Promise<void>;
  /** Whether it does the worker's work as well. */
  jobs?: boolean;
};

/** `npm start`, `npm run dev` and a bundle's `serve`: database, demo, application; all of it until told to stop. */
export async function application({ dev, before, jobs = true }: Options): Promise<void> {
  const lifetime = new Lifetime();
  await lifetime.run(async () => {
    Object.assign(process.env, {
      NODE_ENV: dev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
    });
    readSettings();
    process.env.PORT = String(await availablePort(Number(process.env.PORT || 3000)));
    const { env, embedded, close } = await surroundings();
    await lifetime.add(close);
    await before?.();
    if (lifetime.stopping) return;
    const signIn = await demo(env, embedded);
    const { serve } = await import("./serve");
    const front = await serve(env, { dev });
    const leaveWork = jobs ? workBeside(env) : async () => undefined;
    // Side by side: what is being worked on may take as long as a request may.
    await lifetime.add(async () => void (await Promise.all([front.close(), leaveWork()])));
    const log = processLog(env);
    lifetime.logTo(log);
    if (signIn || process.stdout.isTTY)
      process.stdout.write(`\n  Dossier answers at ${env.APP_URL}\n${signIn}\n  Ctrl-C stops it.\n\n`);
    else log.info("Dossier answers.", { at: env.APP_URL });
  });
}

/** What a worker does, in this process: where nothing else runs, what is to be destroyed is destroyed on time all the same. */
function workBeside(env: Env): () => Promise<void> {
  const deps = depsOf(env, { connections: 2, log: processLog(env) });
  return workUntilTold(deps).end;
}

/** Lays the demo into an embedded database without people, and returns what tells a visitor how to sign in to it. */
async function demo(env: Env, embedded: boolean): Promise<string> {
  const { layDemo, demoSignIn, notOfDemo, refuseDemo } = await import("../prisma/seed");
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
