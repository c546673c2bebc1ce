import { resolve } from "node:path";
import { systemClock } from "../../lib/clock";
import { checkDatabase } from "../../lib/deployment/database";
import { type Finding, finding } from "../../lib/deployment/finding";
import type { Report } from "../../lib/deployment/report";
import { checkServed } from "../../lib/deployment/served";
import { checkSettings } from "../../lib/deployment/settings";
import { type Env, parseEnv } from "../../lib/env";
import { caseOf } from "../../lib/storage/doctor/case";
import { examine } from "../../lib/storage/doctor/examine";
import { DEMO_DOMAIN } from "../../prisma/demo/accounts";
import { pendingMigrations } from "../prisma/migrate";
import { root } from "../root";
import { checkBuilt } from "./built";

const UNREACHED = "Static files were not compared: the site does not answer everywhere.";

type Options = { deploy: boolean; at?: string | undefined };

/** Looks at what the environment describes. Changes nothing but what the doctor writes below `doctor/`, and removes. */
export async function check({ deploy, at: elsewhere }: Options): Promise<Report> {
  const looked = deploy ? "deployment" : "settings";
  const settings = parsed();
  if ("problems" in settings) {
    const untested = deploy
      ? ["Database, storages and what is served were not looked at: mend the settings first."]
      : [];
    return { looked, findings: settings.problems, untested };
  }
  const { env } = settings;
  const at = elsewhere === undefined ? undefined : originOf(elsewhere);
  const findings = checkSettings(env, { node: process.versions.node });
  if (!deploy) return { looked, findings, untested: [] };
  const site = { url: env.APP_URL, at, cronSecretIsSet: env.CRON_SECRET !== undefined };
  const [database, storage, served] = await Promise.all([
    checkDatabase(env.DATABASE_URL, { pending: pendingMigrations, demoDomain: DEMO_DOMAIN }),
    stores(env),
    checkServed(site),
  ]);
  const reached = !served.findings.some(({ id }) => id === "unreachable");
  const built = reached ? await checkBuilt(env, at) : { findings: [], untested: [UNREACHED] };
  return {
    looked,
    findings: [...findings, ...database, ...storage.findings, ...served.findings, ...built.findings],
    untested: [...storage.untested, ...served.untested, ...built.untested],
  };
}

/** Whatever else stands in the address is no part of it: paths are ours to ask for. */
function originOf(at: string): string {
  const url = URL.parse(at);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`--at ${at}: is no address such as http://10.0.0.7:3000`);
  return url.origin;
}

/** The settings, or a finding for each that does not fit. */
function parsed(): { env: Env } | { problems: Finding[] } {
  try {
    const env = parseEnv(process.env);
    return { env: { ...env, DATA_DIR: resolve(root, env.DATA_DIR) } };
  } catch (thrown) {
    const lines = thrown instanceof Error ? thrown.message.split("\n") : [];
    const problems = lines.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
    if (problems.length === 0) throw thrown;
    return {
      problems: problems.map((problem) =>
        finding("settings", `${problem}.`, "docs/operations.md says what each setting means."),
      ),
    };
  }
}

/** What the doctor of the storages finds, under names of its own. */
async function stores(env: Env): Promise<Pick<Report, "findings" | "untested">> {
  const { findings } = await examine(caseOf(env), systemClock, root);
  return {
    findings: findings.flatMap(
      ({ check, title, outcome, found, mend = "See `npm run storage -- doctor`." }): Finding[] =>
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
