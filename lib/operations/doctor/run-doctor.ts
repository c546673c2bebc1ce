import type { Clock } from "../../clock";
import { preconditionChecks } from "./preconditions";
import { corsChecks } from "./cors";
import { probeCapabilities } from "./capabilities";
import { leftoverChecks } from "./leftover-probes";
import { localChecks } from "./local-storage";
import { objectChecks } from "./objects";
import { multipartChecks } from "./multipart";
import { openProbe, type DoctorInput, type ProbeContext, type S3StorageSettings } from "./probe-context";
import { type Check, type Finding, type DoctorReport, runChecks } from "./report";
import { bucketRuleChecks } from "./bucket-rules";
import { anonymousAccessChecks } from "./anonymous-access";
import { ticketChecks } from "./tickets";

/** Milliseconds for one check, its probes' removal included. */
const CHECK_TIMEOUT_MS = 8000;

const CHECK_GROUPS = [anonymousAccessChecks, corsChecks, ticketChecks, multipartChecks, objectChecks, bucketRuleChecks, leftoverChecks];

/**
 * Tries for real what the application needs of its storages, and says what is wrong and how to mend it. Writes only below `doctor/`, and removes it.
 * Never throws for what is wrong with a storage. `root` is the folder that the application runs in.
 */
export async function runDoctor(given: DoctorInput, clock: Clock, root: string): Promise<DoctorReport> {
  const { storage: place } = given;
  const at = clock.now().toISOString();
  if (place.driver === "s3") return { at, driver: "s3", ...(await runS3Doctor(given, place, clock)) };
  const findings = await runUntilFailure(localChecks(place, clock, root));
  return {
    at,
    driver: "local",
    place: { folder: place.folder },
    healthy: isHealthy(findings),
    findings,
    capabilities: [],
  };
}

async function runS3Doctor(given: DoctorInput, place: S3StorageSettings, clock: Clock): Promise<Omit<DoctorReport, "at" | "driver">> {
  const patient = await openProbe(given, place, clock);
  try {
    return await runS3Checks(patient);
  } finally {
    patient.connection.client.destroy();
  }
}

async function runS3Checks(patient: ProbeContext): Promise<Omit<DoctorReport, "at" | "driver">> {
  const { settings: place } = patient;
  const said = {
    "public bucket": place.buckets.public,
    "private bucket": place.buckets.private,
    store: place.endpoint ?? `AWS, ${place.region}`,
  };
  const first = await runUntilFailure(preconditionChecks(patient));
  if (!isHealthy(first)) {
    const rest = "Nothing else was tried: mend this first.";
    const found: Finding = { check: "rest", title: "Everything else", outcome: "untested", found: rest };
    return { place: said, healthy: false, findings: [...first, found], capabilities: [] };
  }
  const [groups, able] = await Promise.all([
    Promise.all(CHECK_GROUPS.map((group) => runChecks(group(patient), CHECK_TIMEOUT_MS))),
    probeCapabilities(patient, CHECK_TIMEOUT_MS),
  ]);
  const findings = [...first, ...groups.flat()];
  return { place: said, healthy: isHealthy(findings), findings, capabilities: able };
}

/** One after the other, up to the first that failed: what comes after needs it. */
async function runUntilFailure(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    findings.push(...(await runChecks([check], CHECK_TIMEOUT_MS)));
    if (!isHealthy(findings)) break;
  }
  return findings;
}

function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ outcome }) => outcome !== "failed");
}
