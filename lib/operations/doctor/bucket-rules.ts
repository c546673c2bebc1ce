import type { LifecycleRule, ListObjectVersionsCommandInput } from "@aws-sdk/client-s3";
import { deletesProtectedFiles, PROTECTED_PREFIXES, prefixOf } from "../provision/lifecycle";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import type { StorageClass } from "../../storage/storage";
import { STORAGE_CLASSES, type ProbeContext } from "./probe-context";
import { type Check, failedResult, passedResult, describeError, untestedResult, type CheckResult, warningResult } from "./report";

const PROVISION_FIX = "`npm run storage -- provision` writes the rules that are needed.";

const QUARANTINE_PREFIX = "quarantine/";

/** What the store does with objects by itself. */
export function bucketRuleChecks(patient: ProbeContext): Check[] {
  return [
    {
      check: "lifecycle",
      title: "What was abandoned ends, even where nothing sweeps",
      run: () => checkLifecycle(patient),
    },
    { check: "expiry", title: "No rule destroys files that are in use", run: () => checkExpiry(patient) },
    { check: "versioning", title: "Destroyed means destroyed", run: () => checkVersioning(patient) },
  ];
}

/** The rules of a bucket, or why we do not know them. */
async function readLifecycleRules(
  { settings: place, connection }: ProbeContext,
  name: StorageClass,
): Promise<LifecycleRule[] | CheckResult> {
  const { sdk, client } = connection;
  try {
    const command = new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: place.buckets[name] });
    return (await client.send(command)).Rules?.filter(({ Status }) => Status === "Enabled") ?? [];
  } catch (error) {
    if (errorNameOf(error) === "NoSuchLifecycleConfiguration") return [];
    return unreadableResult(error, "s3:GetLifecycleConfiguration");
  }
}

function unreadableResult(error: unknown, right: string): CheckResult {
  return httpStatusOf(error) === 403
    ? untestedResult(`Our key may not look. With \`${right}\` it could.`)
    : untestedResult(`The store does not tell. ${describeError(error)}`);
}

async function checkLifecycle(patient: ProbeContext): Promise<CheckResult> {
  const found = await readLifecycleRules(patient, "private");
  if (!Array.isArray(found)) return found;
  const hasty = found.find((rule) => expiresTooEarly(rule, patient.input.maxUploadSeconds));
  if (hasty)
    return failedResult(
      `The rule ${hasty.ID ?? "without a name"} of the private bucket ends uploads that may still be completed.`,
      `Give it more days than MULTIPART_TTL and SWEEP_GRACE make together, or remove it: ${PROVISION_FIX}`,
    );
  const aborts = found.some((rule) => rule.AbortIncompleteMultipartUpload && prefixOf(rule) === "");
  const expires = found.some((rule) => rule.Expiration?.Days && prefixOf(rule) === QUARANTINE_PREFIX);
  const missing = [
    ...(aborts ? [] : ["ends uploads in parts that nobody completes"]),
    ...(expires ? [] : ["removes what waits in `quarantine/` for good"]),
  ];
  return missing.length > 0
    ? warningResult(
        `No rule of the private bucket ${missing.join(", and none ")}. The sweep does; the rule is for when it does not run.`,
        PROVISION_FIX,
      )
    : passedResult("The private bucket has a rule for both.");
}

const SECONDS_PER_DAY = 86_400;

/** Whether a rule ends uploads that are younger than `wanted` seconds: their parts, or what waits in quarantine. */
function expiresTooEarly(rule: LifecycleRule, wanted: number): boolean {
  const prefix = prefixOf(rule);
  const meets = QUARANTINE_PREFIX.startsWith(prefix) || prefix.startsWith(QUARANTINE_PREFIX);
  const { AbortIncompleteMultipartUpload: abort, Expiration: end } = rule;
  const days = [abort?.DaysAfterInitiation, prefix.startsWith(QUARANTINE_PREFIX) ? end?.Days : undefined];
  return meets && days.some((each) => each !== undefined && each * SECONDS_PER_DAY < wanted);
}

async function checkExpiry(patient: ProbeContext): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const found = await readLifecycleRules(patient, name);
    if (!Array.isArray(found)) return found;
    const harsh = found.find(deletesProtectedFiles);
    if (harsh)
      return failedResult(
        `The rule ${harsh.ID ?? "without a name"} of the ${name} bucket destroys files when their time is over, and the database knows nothing of it.`,
        `Remove that rule, or confine it to a prefix that is not the application's: those are ${PROTECTED_PREFIXES.join(", ")}.`,
      );
  }
  return passedResult("There is none.");
}

async function checkVersioning(patient: ProbeContext): Promise<CheckResult> {
  const { sdk, client } = patient.connection;
  for (const name of STORAGE_CLASSES) {
    const Bucket = patient.settings.buckets[name];
    try {
      const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }));
      if (Status === "Enabled")
        return failedResult(
          `The ${name} bucket keeps versions: what is destroyed is only hidden.`,
          "`npm run storage -- provision` suspends that, and has the store end within days what is hidden already.",
        );
      if (Status !== "Suspended") continue;
    } catch (error) {
      return unreadableResult(error, "s3:GetBucketVersioning");
    }
    try {
      const found = await findOldVersions(patient, Bucket);
      if (found !== "none") return oldVersionsResult(name, found);
    } catch (error) {
      return unreadableResult(error, "s3:ListBucketVersions");
    }
  }
  return passedResult("Neither bucket keeps versions.");
}

/** Pages of a thousand versions that are looked through. */
const MAX_PAGES = 10;

/** Whether files lie in a bucket under an id, as those do that came while versions were kept: the first of them, or that there were too many to look at. */
async function findOldVersions(
  { connection: { sdk, client } }: ProbeContext,
  Bucket: string,
): Promise<{ key: string; latest: boolean } | "none" | "many"> {
  let after: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> = {};
  for (let seen = 0; seen < MAX_PAGES; seen += 1) {
    const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, ...after }));
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    const kept = Versions.filter(({ VersionId = "null" }) => VersionId !== "null");
    const first = kept.find(({ IsLatest }) => !IsLatest) ?? kept[0];
    if (first) return { key: first.Key ?? "", latest: first.IsLatest === true };
    if (!IsTruncated) return "none";
    after = { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
  }
  return "many";
}

function oldVersionsResult(name: StorageClass, found: { key: string; latest: boolean } | "many"): CheckResult {
  const rule =
    "`npm run storage -- provision` has the store end what is hidden within days. Delete no version that is the latest of its file by hand: it is the file.";
  if (found === "many")
    return warningResult(
      `The ${name} bucket has kept versions, and holds too many files to look for them all here.`,
      rule,
    );
  return found.latest
    ? failedResult(
        `The ${name} bucket has kept versions, and ${found.key} is from then: destroyed, it would only be hidden.`,
        `Copy such files onto themselves, and they are as others. ${rule}`,
      )
    : failedResult(`The ${name} bucket still holds what was destroyed or replaced: ${found.key}.`, rule);
}
