import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAppContext } from "../lib/config/create-app-context";
import type { Env } from "../lib/config/env";
import { createDb } from "../lib/db/client";
import { isLoopback } from "../lib/loopback";
import { mailSettingsFromEnv } from "../lib/mail/settings";
import { processLog } from "../lib/observability/process-log";
import { FIRST_ADMIN_COMMAND, loadEnvFiles, openEnvironment, requireFreePort } from "./environment";
import { startJobWorker } from "./job-worker";
import { ProcessLifecycle } from "./process-lifecycle";

type Options = {
  dev: boolean;
  /** Runs when the database is ready and before the server listens. */
  beforeStart?: () => Promise<void>;
  /** Whether this process runs the jobs, as `npm run worker` does. */
  runsJobs?: boolean;
};

/**
 * Starts the database, seeds the demo and serves the application until the process stops. For
 * `npm start`, `npm run dev` and a bundle's `serve`.
 */
export async function startApp({ dev, beforeStart, runsJobs = true }: Options): Promise<void> {
  const lifecycle = new ProcessLifecycle();
  await lifecycle.run(async () => {
    Object.assign(process.env, {
      NODE_ENV: dev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
    });
    loadEnvFiles();
    process.env.PORT = String(await requireFreePort(Number(process.env.PORT || 3000)));
    const { env, isEmbedded, close } = await openEnvironment();
    await lifecycle.addCloser(close);
    await beforeStart?.();
    if (lifecycle.isStopping) return;
    const signInHelp = await seedDemo(env, isEmbedded);
    // Imports Next only now, when NODE_ENV is set.
    const { startNextServer } = await import("./next-server");
    const httpServer = await startNextServer(env, { dev });
    const stopJobs = startJobWorkerFor(env, runsJobs);
    // In parallel: a running job may take as long as a running request.
    await lifecycle.addCloser(async () => void (await Promise.all([httpServer.close(), stopJobs()])));
    const needsAdmin = await hasNoAdmin(env);
    const log = processLog(env);
    lifecycle.logUncaughtErrors(log);
    const mailFolder = mailFolderOf(env);
    if (signInHelp || process.stdout.isTTY) {
      const mailHelp = mailFolder ? `  Mails are files in ${mailFolder}, because SMTP_URL is not set.\n` : "";
      const adminHelp = needsAdmin
        ? `  There is no admin yet. Create the first one: ${FIRST_ADMIN_COMMAND}\n`
        : "";
      process.stdout.write(
        `\n  Dossier is running at ${env.APP_URL}\n${signInHelp}\n${adminHelp}${mailHelp}  Press Ctrl-C to stop it.\n\n`,
      );
    } else {
      log.info("Dossier is running.", { at: env.APP_URL });
      if (needsAdmin) log.info("There is no admin yet.", { command: FIRST_ADMIN_COMMAND });
      if (mailFolder) log.info("Mails are files, because SMTP_URL is not set.", { folder: mailFolder });
    }
  });
}

async function hasNoAdmin(env: Env): Promise<boolean> {
  const db = createDb(env.DATABASE_URL, { connections: 1 });
  const admins = await db.user.count({ where: { role: "admin" } }).finally(() => db.$disconnect());
  return admins === 0;
}

/** Returns the folder of mails that no server sends; null if a server sends them. */
function mailFolderOf(env: Env): string | null {
  const { transport } = mailSettingsFromEnv(env);
  return transport.kind === "folder" ? transport.folder : null;
}

/**
 * Replays the tombstones and, with `runsJobs`, runs the jobs in this process, so that purges happen
 * on time without a worker. Returns its `end`.
 */
function startJobWorkerFor(env: Env, runsJobs: boolean): () => Promise<void> {
  const context = createAppContext(env, { connections: 2, log: processLog(env) });
  return startJobWorker(context, runsJobs ? undefined : []).end;
}

/** Seeds the demo into an embedded database without people. Returns how to sign in, or "". */
async function seedDemo(env: Env, isEmbedded: boolean): Promise<string> {
  const seed = await import("../prisma/seed");
  if (!isLoopback(env.APP_URL)) await seed.requireNoDemo({ env });
  if (!isEmbedded || env.DEMO === "off" || !isLoopback(env.APP_URL)) return "";
  const stamp = join(env.DATA_DIR, "demo-laid");
  if (!existsSync(stamp)) {
    const db = createDb(env.DATABASE_URL, { connections: 1 });
    const people = await db.user.count({ where: seed.whereNotDemo }).finally(() => db.$disconnect());
    if (people > 0) return "";
    console.log("Seeding the demo: people, pictures and documents.");
    await seed.seedDemo({ env });
    writeFileSync(stamp, "");
  }
  return seed.demoSignInHelp;
}
