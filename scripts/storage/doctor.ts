import { systemClock } from "../../lib/clock";
import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { doctorInputFromEnv } from "../../lib/operations/doctor/doctor-input";
import { formatReport } from "../../lib/operations/doctor/format-report";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { readEnvironment } from "../../server/environment";
import { root } from "../../server/root";
import type { StorageCommandOptions } from "../storage";

/** Examines the storages of the settings; 0 where they are healthy, 1 where something is wrong. */
export async function runDoctorCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  if (dryRun || repair)
    throw new Error("The doctor changes nothing and has no use for --dry-run or --repair.");
  const report = await runDoctor(
    doctorInputFromEnv(readEnvironment().env, parseStaticPublishEnv(process.env)),
    systemClock,
    root,
  );
  console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
  return report.healthy ? 0 : 1;
}
