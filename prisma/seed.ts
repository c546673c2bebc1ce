import { systemClock } from "../lib/clock";
import { createDb, type Db } from "../lib/db/client";
import type { Limits } from "../lib/app-context";
import type { Env } from "../lib/config/env";
import { silentLog } from "../lib/observability/log";
import { storagesFromEnv } from "../lib/storage/factory";
import { isLoopback } from "../server/environment";
import { demoEmail, DEMO_DOMAIN, DEMO_PASSWORD } from "./demo/accounts";

const DEMO_ACCOUNTS: readonly [string, string][] = [
  ["ada", "a member whose papers are in order"],
  ["soren", "a member who is asked for a new copy"],
  ["mira", "a reviewer of everything"],
  ["jonas", "a reviewer of certificates only"],
  ["admin", "an admin, who sees nobody's documents"],
];

/** What tells a visitor how to sign in. */
export const demoSignInHelp = `
  The demo's people (the password of each is "${DEMO_PASSWORD}"):
${DEMO_ACCOUNTS.map(([key, who]) => `    ${demoEmail(key).padEnd(22)}${who}`).join("\n")}
`;

/** Other people than the demo's. */
export const whereNotDemo = { NOT: { email: { endsWith: DEMO_DOMAIN } } };

/** Under which the demo's past was lived, whatever is set here now. */
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
};

/**
 * Lays the demo into a database that holds nobody, or the remains of a demo whose laying broke off; those are removed first. Throws
 * in plain words where there is somebody else, where it does not succeed, and where others than this machine reach the application.
 */
export async function seedDemo({ env }: { env: Env }): Promise<void> {
  if (env.DEMO === "off" || env.VERCEL || !isLoopback(env.APP_URL)) {
    throw new Error("The demo is for this machine alone; its passwords are no secret.");
  }
  const db = createDb(env.DATABASE_URL, { connections: 6 });
  try {
    if ((await db.user.count({ where: whereNotDemo })) > 0) {
      throw new Error("The demo is for an empty database, and somebody is in this one.");
    }
    // Only here: what draws and signs up takes time to load, and later starts need none of it.
    const [{ createAuth }, { seedDemoOrClear: layInto }] = await Promise.all([
      import("../lib/accounts/auth"),
      import("./demo/seed-demo"),
    ]);
    const auth = createAuth(db, { appUrl: env.APP_URL, secret: env.AUTH_SECRET });
    const storages = storagesFromEnv(env, systemClock);
    await layInto({ db, storages, clock: systemClock, limits: DEMO_LIMITS, log: silentLog }, auth);
  } finally {
    await db.$disconnect();
  }
}

/** Throws where the demo's people, with their known passwords, are in a database that more than this machine reaches. */
export async function requireNoDemo({ env }: { env: Env }): Promise<void> {
  const db: Db = createDb(env.DATABASE_URL, { connections: 1 });
  const found = await db.user.count({ where: { NOT: whereNotDemo } }).finally(() => db.$disconnect());
  if (found === 0) return;
  throw new Error(
    `This database holds the demo, whose passwords everybody knows, and APP_URL is ${env.APP_URL}.\n` +
      "Start with a database of its own: set DATABASE_URL, or another DATA_DIR.",
  );
}
