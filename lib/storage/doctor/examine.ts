import type { Clock } from "../../clock";
import { admission } from "./admission";
import { browser } from "./browser";
import { capabilities } from "./capabilities";
import { leftovers } from "./leftovers";
import { localChecks } from "./local";
import { objects } from "./objects";
import { parts } from "./parts";
import { admit, type Case, type Patient, type S3Place } from "./patient";
import { type Check, type Finding, type Report, runChecks } from "./report";
import { rules } from "./rules";
import { strangers } from "./strangers";
import { tickets } from "./tickets";

/** Milliseconds for one check, its probes' removal included. */
const PATIENCE = 8000;

const GROUPS = [strangers, browser, tickets, parts, objects, rules, leftovers];

/**
 * Tries for real what the application needs of its storages, and says what is wrong and how to mend it. Writes only below `doctor/`, and removes it.
 * Never throws for what is wrong with a storage. `root` is the folder that the application runs in.
 */
export async function examine(given: Case, clock: Clock, root: string): Promise<Report> {
  const { storage: place } = given;
  const at = clock.now().toISOString();
  if (place.driver === "s3") return { at, driver: "s3", ...(await examineS3(given, place, clock)) };
  const findings = await inTurn(localChecks(place, clock, root));
  return {
    at,
    driver: "local",
    place: { folder: place.folder },
    healthy: isHealthy(findings),
    findings,
    capabilities: [],
  };
}

async function examineS3(given: Case, place: S3Place, clock: Clock): Promise<Omit<Report, "at" | "driver">> {
  const patient = await admit(given, place, clock);
  try {
    return await examinePatient(patient);
  } finally {
    patient.connection.client.destroy();
  }
}

async function examinePatient(patient: Patient): Promise<Omit<Report, "at" | "driver">> {
  const { place } = patient;
  const said = {
    "public bucket": place.buckets.public,
    "private bucket": place.buckets.private,
    store: place.endpoint ?? `AWS, ${place.region}`,
  };
  const first = await inTurn(admission(patient));
  if (!isHealthy(first)) {
    const rest = "Nothing else was tried: mend this first.";
    const found: Finding = { check: "rest", title: "Everything else", outcome: "untested", found: rest };
    return { place: said, healthy: false, findings: [...first, found], capabilities: [] };
  }
  const [groups, able] = await Promise.all([
    Promise.all(GROUPS.map((group) => runChecks(group(patient), PATIENCE))),
    capabilities(patient, PATIENCE),
  ]);
  const findings = [...first, ...groups.flat()];
  return { place: said, healthy: isHealthy(findings), findings, capabilities: able };
}

/** One after the other, up to the first that failed: what comes after needs it. */
async function inTurn(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    findings.push(...(await runChecks([check], PATIENCE)));
    if (!isHealthy(findings)) break;
  }
  return findings;
}

function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ outcome }) => outcome !== "failed");
}
