import type { LifecycleRule, ListObjectVersionsCommandInput } from "@aws-sdk/client-s3";
import { destroysFiles, KEPT, prefixOf } from "../provision/lifecycle";
import { nameOf, statusOf } from "../s3/errors";
import type { StorageClass } from "../storage";
import { CLASSES, type Patient } from "./patient";
import { type Check, failed, passed, said, untested, type Verdict, warning } from "./report";

const PROVISION = "`npm run storage -- provision` writes the rules that are needed.";

const QUARANTINE = "quarantine/";

/** What the store does with objects by itself. */
export function rules(patient: Patient): Check[] {
  return [
    {
      check: "lifecycle",
      title: "What was abandoned ends, even where nothing sweeps",
      look: () => lifecycle(patient),
    },
    { check: "expiry", title: "No rule destroys files that are in use", look: () => expiry(patient) },
    { check: "versioning", title: "Destroyed means destroyed", look: () => versioning(patient) },
  ];
}

/** The rules of a bucket, or why we do not know them. */
async function rulesOf(
  { place, connection }: Patient,
  name: StorageClass,
): Promise<LifecycleRule[] | Verdict> {
  const { sdk, client } = connection;
  try {
    const command = new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: place.buckets[name] });
    return (await client.send(command)).Rules?.filter(({ Status }) => Status === "Enabled") ?? [];
  } catch (error) {
    if (nameOf(error) === "NoSuchLifecycleConfiguration") return [];
    return notTold(error, "s3:GetLifecycleConfiguration");
  }
}

function notTold(error: unknown, right: string): Verdict {
  return statusOf(error) === 403
    ? untested(`Our key may not look. With \`${right}\` it could.`)
    : untested(`The store does not tell. ${said(error)}`);
}

async function lifecycle(patient: Patient): Promise<Verdict> {
  const found = await rulesOf(patient, "private");
  if (!Array.isArray(found)) return found;
  const hasty = found.find((rule) => comesEarly(rule, patient.case.wanted));
  if (hasty)
    return failed(
      `The rule ${hasty.ID ?? "without a name"} of the private bucket ends uploads that may still be completed.`,
      `Give it more days than MULTIPART_TTL and SWEEP_GRACE make together, or remove it: ${PROVISION}`,
    );
  const aborts = found.some((rule) => rule.AbortIncompleteMultipartUpload && prefixOf(rule) === "");
  const expires = found.some((rule) => rule.Expiration?.Days && prefixOf(rule) === QUARANTINE);
  const missing = [
    ...(aborts ? [] : ["ends uploads in parts that nobody completes"]),
    ...(expires ? [] : ["removes what waits in `quarantine/` for good"]),
  ];
  return missing.length > 0
    ? warning(
        `No rule of the private bucket ${missing.join(", and none ")}. The sweep does; the rule is for when it does not run.`,
        PROVISION,
      )
    : passed("The private bucket has a rule for both.");
}

const DAY = 86_400;

/** Whether a rule ends uploads that are younger than `wanted` seconds: their parts, or what waits in quarantine. */
function comesEarly(rule: LifecycleRule, wanted: number): boolean {
  const prefix = prefixOf(rule);
  const meets = QUARANTINE.startsWith(prefix) || prefix.startsWith(QUARANTINE);
  const { AbortIncompleteMultipartUpload: abort, Expiration: end } = rule;
  const days = [abort?.DaysAfterInitiation, prefix.startsWith(QUARANTINE) ? end?.Days : undefined];
  return meets && days.some((each) => each !== undefined && each * DAY < wanted);
}

async function expiry(patient: Patient): Promise<Verdict> {
  for (const name of CLASSES) {
    const found = await rulesOf(patient, name);
    if (!Array.isArray(found)) return found;
    const harsh = found.find(destroysFiles);
    if (harsh)
      return failed(
        `The rule ${harsh.ID ?? "without a name"} of the ${name} bucket destroys files when their time is over, and the database knows nothing of it.`,
        `Remove that rule, or confine it to a prefix that is not the application's: those are ${KEPT.join(", ")}.`,
      );
  }
  return passed("There is none.");
}

async function versioning(patient: Patient): Promise<Verdict> {
  const { sdk, client } = patient.connection;
  for (const name of CLASSES) {
    const Bucket = patient.place.buckets[name];
    try {
      const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }));
      if (Status === "Enabled")
        return failed(
          `The ${name} bucket keeps versions: what is destroyed is only hidden.`,
          "`npm run storage -- provision` suspends that, and has the store end within days what is hidden already.",
        );
      if (Status !== "Suspended") continue;
    } catch (error) {
      return notTold(error, "s3:GetBucketVersioning");
    }
    try {
      const found = await versionsIn(patient, Bucket);
      if (found !== "none") return keptVersions(name, found);
    } catch (error) {
      return notTold(error, "s3:ListBucketVersions");
    }
  }
  return passed("Neither bucket keeps versions.");
}

/** Pages of a thousand versions that are looked through. */
const PAGES = 10;

/** Whether files lie in a bucket under an id, as those do that came while versions were kept: the first of them, or that there were too many to look at. */
async function versionsIn(
  { connection: { sdk, client } }: Patient,
  Bucket: string,
): Promise<{ key: string; latest: boolean } | "none" | "many"> {
  let after: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> = {};
  for (let seen = 0; seen < PAGES; seen += 1) {
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

function keptVersions(name: StorageClass, found: { key: string; latest: boolean } | "many"): Verdict {
  const rule =
    "`npm run storage -- provision` has the store end what is hidden within days. Delete no version that is the latest of its file by hand: it is the file.";
  if (found === "many")
    return warning(
      `The ${name} bucket has kept versions, and holds too many files to look for them all here.`,
      rule,
    );
  return found.latest
    ? failed(
        `The ${name} bucket has kept versions, and ${found.key} is from then: destroyed, it would only be hidden.`,
        `Copy such files onto themselves, and they are as others. ${rule}`,
      )
    : failed(`The ${name} bucket still holds what was destroyed or replaced: ${found.key}.`, rule);
}
