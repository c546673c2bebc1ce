import type { Clock } from "../../clock";
import type { DriverName, SettingsOf } from "../../storage/drivers";
import { type Finding, hasFailed } from "../finding";
import { anonymousAccessChecks } from "./anonymous-access";
import { bucketRuleChecks } from "./bucket-rules";
import { probeCapabilities } from "./capabilities";
import { corsChecks } from "./cors";
import { leftoverChecks } from "./leftover-probes";
import { localChecks } from "./local-storage";
import { multipartChecks } from "./multipart";
import { objectChecks } from "./objects";
import { preconditionChecks } from "./preconditions";
import { type DoctorInput, openProbe, type ProbeContext } from "./probe-context";
import type { DoctorReport } from "./report";
import { type Check, runChecks } from "./run-checks";
import { ticketChecks } from "./tickets";

/** For one check, including the removal of its probes. */
const CHECK_TIMEOUT_MS = 8000;

const CHECK_GROUPS = [
  anonymousAccessChecks,
  corsChecks,
  ticketChecks,
  multipartChecks,
  objectChecks,
  bucketRuleChecks,
  leftoverChecks,
];

/**
 * Checks by real requests what the application needs of its storages, and reports how to fix
 * errors. Writes only under `doctor/`, and removes what it wrote. Never throws because of a
 * storage. `root` is the application's folder.
 */
export async function runDoctor(input: DoctorInput, clock: Clock, root: string): Promise<DoctorReport> {
  const at = clock.now().toISOString();
  return {
    at,
    driver: input.storage.driver,
    ...(await runChecksOfDriver(input.storage, input, clock, root)),
  };
}

type DriverReport = Omit<DoctorReport, "at" | "driver">;
type DriverDoctors = {
  [Name in DriverName]: (
    settings: SettingsOf<Name>,
    input: DoctorInput,
    clock: Clock,
    root: string,
  ) => Promise<DriverReport>;
};

/** The checks of each driver. A driver without an entry is a type error. */
const DRIVER_DOCTORS: DriverDoctors = { local: runLocalDoctor, s3: runS3Doctor };

function runChecksOfDriver<Name extends DriverName>(
  settings: SettingsOf<Name> & { driver: Name },
  ...context: [DoctorInput, Clock, string]
): Promise<DriverReport> {
  const run: DriverDoctors[Name] = DRIVER_DOCTORS[settings.driver];
  return run(settings, ...context);
}

async function runLocalDoctor(
  settings: SettingsOf<"local">,
  _input: DoctorInput,
  clock: Clock,
  root: string,
): Promise<DriverReport> {
  const findings = await runUntilFailure(localChecks(settings, clock, root));
  return { place: { folder: settings.folder }, healthy: !hasFailed(findings), findings, capabilities: [] };
}

async function runS3Doctor(
  settings: SettingsOf<"s3">,
  input: DoctorInput,
  clock: Clock,
): Promise<DriverReport> {
  const context = await openProbe(input, settings, clock);
  try {
    return await runS3Checks(context);
  } finally {
    context.connection.client.destroy();
  }
}

async function runS3Checks(context: ProbeContext): Promise<DriverReport> {
  const { settings } = context;
  const place = {
    "public bucket": settings.buckets.public,
    "private bucket": settings.buckets.private,
    store: settings.endpoint ?? `AWS, ${settings.region}`,
  };
  const preconditions = await runUntilFailure(preconditionChecks(context));
  if (hasFailed(preconditions)) {
    const found = "No other check ran. Fix this error first.";
    const rest: Finding = { check: "rest", title: "All other checks", outcome: "untested", found };
    return { place, healthy: false, findings: [...preconditions, rest], capabilities: [] };
  }
  const [groups, capabilities] = await Promise.all([
    Promise.all(CHECK_GROUPS.map((group) => runChecks(group(context), CHECK_TIMEOUT_MS))),
    probeCapabilities(context, CHECK_TIMEOUT_MS),
  ]);
  const findings = [...preconditions, ...groups.flat()];
  return { place, healthy: !hasFailed(findings), findings, capabilities };
}

/** Runs checks one after the other, up to the first failure: the later ones depend on it. */
async function runUntilFailure(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    findings.push(...(await runChecks([check], CHECK_TIMEOUT_MS)));
    if (hasFailed(findings)) break;
  }
  return findings;
}
