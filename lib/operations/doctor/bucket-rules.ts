import type { LifecycleRule, ListObjectVersionsCommandInput } from "@aws-sdk/client-s3";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import type { StorageClass } from "../../storage/storage";
import { describeError } from "../describe-error";
import { deletesProtectedFiles, PROTECTED_PREFIXES, prefixOf } from "../provision/lifecycle";
import { type ProbeContext, STORAGE_CLASSES } from "./probe-context";
import {
  type Check,
  type CheckResult,
  failedResult,
  passedResult,
  untestedResult,
  warningResult,
} from "./run-checks";

const PROVISION_FIX = "Run `npm run storage -- provision`: it writes the required rules.";

const QUARANTINE_PREFIX = "quarantine/";

/** Checks what the store does with objects on its own. */
export function bucketRuleChecks(context: ProbeContext): Check[] {
  return [
    {
      check: "lifecycle",
      title: "The store removes abandoned uploads even without the sweep job",
      run: () => checkLifecycle(context),
    },
    { check: "expiry", title: "No lifecycle rule deletes files in use", run: () => checkExpiry(context) },
    { check: "versioning", title: "Deleted objects no longer exist", run: () => checkVersioning(context) },
  ];
}

/** Returns the enabled rules of a bucket, or the result if the store does not return them. */
async function readLifecycleRules(
  { settings, connection }: ProbeContext,
  name: StorageClass,
): Promise<LifecycleRule[] | CheckResult> {
  const { sdk, client } = connection;
  try {
    const command = new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: settings.buckets[name] });
    return (await client.send(command)).Rules?.filter(({ Status }) => Status === "Enabled") ?? [];
  } catch (error) {
    if (errorNameOf(error) === "NoSuchLifecycleConfiguration") return [];
    return unreadableResult(error, "s3:GetLifecycleConfiguration");
  }
}

function unreadableResult(error: unknown, permission: string): CheckResult {
  return untestedResult(
    httpStatusOf(error) === 403
      ? `The credentials lack the permission \`${permission}\`.`
      : `The store does not return the setting. ${describeError(error)}`,
  );
}

async function checkLifecycle(context: ProbeContext): Promise<CheckResult> {
  const rules = await readLifecycleRules(context, "private");
  if (!Array.isArray(rules)) return rules;
  const early = rules.find((rule) => expiresTooEarly(rule, context.input.maxUploadSeconds));
  if (early)
    return failedResult(
      `The rule ${early.ID ?? "without a name"} of the private bucket removes uploads that can still be completed.`,
      `Give it more days than MULTIPART_TTL plus SWEEP_GRACE, or remove it. ${PROVISION_FIX}`,
    );
  const aborts = rules.some((rule) => rule.AbortIncompleteMultipartUpload && prefixOf(rule) === "");
  const expires = rules.some((rule) => rule.Expiration?.Days && prefixOf(rule) === QUARANTINE_PREFIX);
  const missing = [
    ...(aborts ? [] : ["aborts multipart uploads that are not completed"]),
    ...(expires ? [] : ["removes abandoned objects in `quarantine/`"]),
  ];
  return missing.length > 0
    ? warningResult(
        `No rule of the private bucket ${missing.join(", and none ")}. The sweep job does; the rule helps if it does not run.`,
        PROVISION_FIX,
      )
    : passedResult("The private bucket has both rules.");
}

const SECONDS_PER_DAY = 86_400;

/**
 * Whether a rule removes parts or quarantined objects of uploads that are younger than `seconds`.
 */
function expiresTooEarly(rule: LifecycleRule, seconds: number): boolean {
  const prefix = prefixOf(rule);
  const overlaps = QUARANTINE_PREFIX.startsWith(prefix) || prefix.startsWith(QUARANTINE_PREFIX);
  const { AbortIncompleteMultipartUpload: abort, Expiration } = rule;
  const days = [
    abort?.DaysAfterInitiation,
    prefix.startsWith(QUARANTINE_PREFIX) ? Expiration?.Days : undefined,
  ];
  return overlaps && days.some((count) => count !== undefined && count * SECONDS_PER_DAY < seconds);
}

async function checkExpiry(context: ProbeContext): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const rules = await readLifecycleRules(context, name);
    if (!Array.isArray(rules)) return rules;
    const harmful = rules.find(deletesProtectedFiles);
    if (harmful)
      return failedResult(
        `The rule ${harmful.ID ?? "without a name"} of the ${name} bucket deletes files that the database still references.`,
        `Remove that rule, or limit it to other prefixes than the application's: ${PROTECTED_PREFIXES.join(", ")}.`,
      );
  }
  return passedResult("There is none.");
}

async function checkVersioning(context: ProbeContext): Promise<CheckResult> {
  const { sdk, client } = context.connection;
  for (const name of STORAGE_CLASSES) {
    const Bucket = context.settings.buckets[name];
    try {
      const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }));
      if (Status === "Enabled")
        return failedResult(
          `The ${name} bucket keeps versions: deleted objects are only hidden.`,
          "Run `npm run storage -- provision`: it suspends versioning and lets the store remove hidden versions within days.",
        );
      if (Status !== "Suspended") continue;
    } catch (error) {
      return unreadableResult(error, "s3:GetBucketVersioning");
    }
    try {
      const version = await findOldVersion(context, Bucket);
      if (version !== "none") return oldVersionResult(name, version);
    } catch (error) {
      return unreadableResult(error, "s3:ListBucketVersions");
    }
  }
  return passedResult("Neither bucket keeps versions.");
}

/** Each page lists a thousand versions. */
const MAX_PAGES = 10;

type OldVersion = { key: string; latest: boolean };

/**
 * Finds an object with a version id, as written while versioning was on; `many`: too many to
 * search.
 */
async function findOldVersion(
  { connection: { sdk, client } }: ProbeContext,
  Bucket: string,
): Promise<OldVersion | "none" | "many"> {
  let marker: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> = {};
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, ...marker }));
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    const versions = Versions.filter(({ VersionId = "null" }) => VersionId !== "null");
    const first = versions.find(({ IsLatest }) => !IsLatest) ?? versions[0];
    if (first) return { key: first.Key ?? "", latest: first.IsLatest === true };
    if (!IsTruncated) return "none";
    marker = { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
  }
  return "many";
}

function oldVersionResult(name: StorageClass, version: OldVersion | "many"): CheckResult {
  const fix =
    "Run `npm run storage -- provision`: the store then removes hidden versions within days. Delete no version that is the latest of its object by hand: it is the file.";
  if (version === "many")
    return warningResult(
      `The ${name} bucket kept versions in the past, and has too many objects to search here.`,
      fix,
    );
  return version.latest
    ? failedResult(
        `The ${name} bucket kept versions in the past. ${version.key} is one: a delete would only hide it.`,
        `Copy such objects onto themselves; after that a delete removes them. ${fix}`,
      )
    : failedResult(`The ${name} bucket still holds a deleted or replaced object: ${version.key}.`, fix);
}
