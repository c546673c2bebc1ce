import { resolve } from "node:path";
import { systemClock } from "../../lib/clock";
import { type Env, parseEnv } from "../../lib/config/env";
import { checkDatabase } from "../../lib/operations/deployment/database";
import { createFinding, type Finding } from "../../lib/operations/deployment/finding";
import type { DeploymentReport } from "../../lib/operations/deployment/report";
import { checkSettings } from "../../lib/operations/deployment/settings";
import { checkSite } from "../../lib/operations/deployment/site";
import { doctorInputFromEnv } from "../../lib/operations/doctor/doctor-input";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { DEMO_DOMAIN } from "../../prisma/demo/accounts";
import { listPendingMigrations } from "../../server/prisma/apply-migrations";
import { root } from "../../server/root";
import { checkStaticDeployment } from "./static-files";

const SITE_UNREACHABLE_MESSAGE = "Static files were not compared: the site does not answer everywhere.";

type Options = { deploy: boolean; at?: string | undefined };

/** Looks at what the environment describes. Changes nothing but what the doctor writes below `doctor/`, and removes. */
export async function checkDeployment({ deploy, at: elsewhere }: Options): Promise<DeploymentReport> {
  const looked = deploy ? "deployment" : "settings";
  const settings = parseSettings();
  if ("problems" in settings) {
    const untested = deploy
      ? ["Database, storages and what is served were not looked at: mend the settings first."]
      : [];
    return { looked, findings: settings.problems, untested };
  }
  const { env } = settings;
  const at = elsewhere === undefined ? undefined : parseOrigin(elsewhere);
  const findings = checkSettings(env, { node: process.versions.node });
  if (!deploy) return { looked, findings, untested: [] };
  const site = { url: env.APP_URL, at, cronSecretIsSet: env.CRON_SECRET !== undefined };
  const [database, storage, served] = await Promise.all([
    checkDatabase(env.DATABASE_URL, {
      listPendingMigrations: listPendingMigrations,
      demoDomain: DEMO_DOMAIN,
    }),
    checkStorages(env),
    checkSite(site),
  ]);
  const reached = !served.findings.some(({ id }) => id === "unreachable");
  const built = reached
    ? await checkStaticDeployment(env, at)
    : { findings: [], untested: [SITE_UNREACHABLE_MESSAGE] };
  return {
    looked,
    findings: [...findings, ...database, ...storage.findings, ...served.findings, ...built.findings],
    untested: [...storage.untested, ...served.untested, ...built.untested],
  };
}

/** Whatever else stands in the address is no part of it: paths are ours to ask for. */
function parseOrigin(at: string): string {
  const url = URL.parse(at);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`--at ${at}: is no address such as http://10.0.0.7:3000`);
  return url.origin;
}

/** The settings, or a finding for each that does not fit. */
function parseSettings(): { env: Env } | { problems: Finding[] } {
  try {
    const env = parseEnv(process.env);
    return { env: { ...env, DATA_DIR: resolve(root, env.DATA_DIR) } };
  } catch (thrown) {
    const lines = thrown instanceof Error ? thrown.message.split("\n") : [];
    const problems = lines.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
    if (problems.length === 0) throw thrown;
    return {
      problems: problems.map((problem) =>
        createFinding("settings", `${problem}.`, "docs/operations/settings.md says what each setting means."),
      ),
    };
  }
}

/** What the doctor of the storages finds, under names of its own. */
async function checkStorages(env: Env): Promise<Pick<DeploymentReport, "findings" | "untested">> {
  const { findings } = await runDoctor(doctorInputFromEnv(env), systemClock, root);
  return {
    findings: findings.flatMap(
      ({ check, title, outcome, found, fix: mend = "See `npm run storage -- doctor`." }): Finding[] =>
        outcome === "failed" || outcome === "warning"
          ? [
              {
                id: `storage.${check}`,
                severity: outcome === "failed" ? "error" : "warning",
                found: `${title}: ${found}`,
                mend,
              },
            ]
          : [],
    ),
    untested: findings.flatMap(({ title, outcome, found }) =>
      outcome === "untested" ? [`${title}: ${found}`] : [],
    ),
  };
}
