import { systemClock } from "../../lib/clock";
import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { doctorInputFromEnv } from "../../lib/operations/doctor/doctor-input";
import { formatReport, toDoctorJson } from "../../lib/operations/doctor/report";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { readEnvironment } from "../../server/environment";
import { root } from "../../server/root";
import type { StorageCommandOptions } from "./command-options";

/** `npm run storage -- doctor`: returns 0 if the configured storages are healthy, else 1. */
export async function runDoctorCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  if (dryRun || repair)
    throw new Error("The doctor changes nothing: call it without --dry-run and --repair.");
  const input = doctorInputFromEnv(readEnvironment().env, parseStaticPublishEnv(process.env));
  const report = await runDoctor(input, systemClock, root);
  console.log(json ? JSON.stringify(toDoctorJson(report), null, 2) : formatReport(report));
  return report.healthy ? 0 : 1;
}
