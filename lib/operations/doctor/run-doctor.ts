import type { Clock } from "../../clock";
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
  const { storage } = input;
  const at = clock.now().toISOString();
  if (storage.driver === "local") {
    const findings = await runUntilFailure(localChecks(storage, clock, root));
    const place = { folder: storage.folder };
    return { at, driver: "local", place, healthy: !hasFailed(findings), findings, capabilities: [] };
  }
  const context = await openProbe(input, storage, clock);
  try {
    return { at, driver: "s3", ...(await runS3Checks(context)) };
  } finally {
    context.connection.client.destroy();
  }
}

async function runS3Checks(context: ProbeContext): Promise<Omit<DoctorReport, "at" | "driver">> {
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
