import { resolve } from "node:path";
import { systemClock } from "../../lib/clock";
import { createAppContext } from "../../lib/config/create-app-context";
import { type Env, parseEnv } from "../../lib/config/env";
import { silentLog } from "../../lib/observability/log";
import { checkDatabase } from "../../lib/operations/deployment/database";
import type { DeploymentReport } from "../../lib/operations/deployment/report";
import { checkRestoredFiles } from "../../lib/operations/deployment/restored-files";
import { createFinding, createUntested } from "../../lib/operations/deployment/rules";
import { checkSettings } from "../../lib/operations/deployment/settings";
import { checkSite } from "../../lib/operations/deployment/site";
import { doctorInputFromEnv } from "../../lib/operations/doctor/doctor-input";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import type { Finding } from "../../lib/operations/finding";
import { listPendingMigrations } from "../../server/prisma/apply-migrations";
import { root } from "../../server/root";
import { checkStaticDeployment } from "./static-files";

type Options = { deploy: boolean; at?: string | undefined };

/**
 * Checks the settings, or the deployment. Changes nothing, except that the doctor writes and
 * removes probes, and that files which a restored backup has brought back are destroyed again.
 */
export async function checkDeployment({ deploy, at }: Options): Promise<DeploymentReport> {
  const scope = deploy ? "deployment" : "settings";
  const settings = parseSettings();
  if ("problems" in settings) {
    const found = "Database, storages and site were not checked. Fix the settings first.";
    return {
      scope,
      findings: [...settings.problems, ...(deploy ? [createUntested("settings", found)] : [])],
    };
  }
  const { env } = settings;
  const origin = at === undefined ? undefined : parseOrigin(at);
  const findings = checkSettings(env, { node: process.versions.node });
  if (!deploy) return { scope, findings };
  const [database, storages, site] = await Promise.all([
    checkDatabaseAndRestore(env),
    checkStorages(env),
    checkSite({ url: env.APP_URL, at: origin, cronSecretIsSet: env.CRON_SECRET !== undefined }),
  ]);
  const isReachable = !site.some(({ check }) => check === "unreachable");
  const staticFiles = isReachable
    ? await checkStaticDeployment(env, origin)
    : [createUntested("static-files", "Static files were not compared: the site does not respond.")];
  return { scope, findings: [...findings, ...database, ...storages, ...site, ...staticFiles] };
}

/** Checks for restored files only in a database that this code can use. */
async function checkDatabaseAndRestore(env: Env): Promise<Finding[]> {
  const findings = await checkDatabase(env.DATABASE_URL, { listPendingMigrations });
  if (findings.some(({ check }) => check === "database" || check === "migrations")) return findings;
  const context = createAppContext(env, { connections: 2, log: silentLog });
  try {
    return [...findings, ...(await checkRestoredFiles(context))];
  } finally {
    await context.close();
  }
}

/** Ignores the path of `--at`: the rules request paths of their own. */
function parseOrigin(at: string): string {
  const url = URL.parse(at);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`--at ${at}: is not a URL such as http://10.0.0.7:3000`);
  return url.origin;
}

/** Returns the settings, or a finding for each that is invalid. */
function parseSettings(): { env: Env } | { problems: Finding[] } {
  try {
    const env = parseEnv(process.env);
    return { env: { ...env, DATA_DIR: resolve(root, env.DATA_DIR) } };
  } catch (error) {
    const lines = error instanceof Error ? error.message.split("\n") : [];
    const problems = lines.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
    if (problems.length === 0) throw error;
    const fix = "Read in docs/operations/settings.md what the setting means.";
    return { problems: problems.map((problem) => createFinding("settings", `${problem}.`, fix)) };
  }
}

/** Runs the doctor, and names its findings `storage.<check>`. */
async function checkStorages(env: Env): Promise<Finding[]> {
  const { findings } = await runDoctor(doctorInputFromEnv(env), systemClock, root);
  return findings
    .filter(({ outcome }) => outcome !== "passed")
    .map(({ check, title, outcome, found, fix = "Run `npm run storage -- doctor`." }) => ({
      check: `storage.${check}`,
      outcome,
      found: `${title}: ${found}`,
      fix,
    }));
}
