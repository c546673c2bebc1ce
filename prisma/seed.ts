import type { Limits } from "../lib/app-context";
import { trailKeyFromEnv } from "../lib/audit/trail-key";
import { systemClock } from "../lib/clock";
import type { Env } from "../lib/config/env";
import { createDb, type Db } from "../lib/db/client";
import { DecoderPool } from "../lib/inspect/decoder-pool";
import { isLoopback } from "../lib/loopback";
import { silentLog } from "../lib/observability/log";
import { storagesFromEnv } from "../lib/storage/factory";
import { DEMO_PASSWORD, demoEmail } from "./demo/accounts";

const DEMO_ACCOUNTS: readonly [key: string, description: string][] = [
  ["ada", "a member whose documents are approved"],
  ["soren", "a member whom a reviewer asked for a new copy"],
  ["mira", "a reviewer of all document types"],
  ["jonas", "a reviewer of certificates only"],
  ["admin", "an admin without access to documents"],
];

/** Tells a visitor how to sign in. */
export const demoSignInHelp = `
  The demo's people (the password of each is "${DEMO_PASSWORD}"):
${DEMO_ACCOUNTS.map(([key, description]) => `    ${demoEmail(key).padEnd(22)}${description}`).join("\n")}
`;

/**
 * Selects people who do not belong to the demo. Their addresses say nothing: anybody can sign up.
 */
export const whereNotDemo = { demo: false };

/** The limits of the demo's past, whatever the settings are now. */
export const DEMO_LIMITS: Limits = {
  quotaBytes: 1024 ** 3,
  openUploads: 10,
  uploadTtl: 3600,
  multipartTtl: 86_400,
  partUrlTtl: 900,
  readUrlTtl: 60,
  claimTtl: 900,
  undoTtl: 10,
  sweepGrace: 3600,
  backupDays: 30,
};

/**
 * Seeds the demo into a database without people. Removes the part that an interrupted seed left.
 * Throws if the database has other people, or if other machines reach the application.
 */
export async function seedDemo({ env }: { env: Env }): Promise<void> {
  if (env.DEMO === "off" || env.VERCEL || !isLoopback(env.APP_URL)) {
    throw new Error("The demo is for this machine alone, because its passwords are public.");
  }
  const db = createDb(env.DATABASE_URL, { connections: 6 });
  const decoders = new DecoderPool();
  try {
    if ((await db.user.count({ where: whereNotDemo })) > 0) {
      throw new Error("The demo needs an empty database, and this one has other people.");
    }
    // Loaded here, because a start without seeding does not need this module.
    const { seedDemoOrClear } = await import("./demo/seed-demo");
    const storages = storagesFromEnv(env, systemClock);
    const context = {
      db,
      storages,
      clock: systemClock,
      limits: DEMO_LIMITS,
      timeZone: env.TIME_ZONE,
      log: silentLog,
      trailKey: trailKeyFromEnv(env),
      decoders,
    };
    await seedDemoOrClear(context);
  } finally {
    decoders.close();
    await db.$disconnect();
  }
}

/** Throws if the database has the demo's people, for a site that other machines reach. */
export async function requireNoDemo({ env }: { env: Env }): Promise<void> {
  const db: Db = createDb(env.DATABASE_URL, { connections: 1 });
  const count = await db.user.count({ where: { demo: true } }).finally(() => db.$disconnect());
  if (count === 0) return;
  throw new Error(
    `This database has the demo's people with public passwords, and APP_URL is ${env.APP_URL}.\n` +
      "Start with another database: set DATABASE_URL or DATA_DIR.",
  );
}
