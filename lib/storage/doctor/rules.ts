import type { LifecycleRule } from "@aws-sdk/client-s3";
import { prefixOf } from "../provision/lifecycle";
import { nameOf, statusOf } from "../s3/errors";
import type { StorageClass } from "../storage";
import { CLASSES, type Patient } from "./patient";
import { type Check, failed, passed, said, untested, type Verdict, warning } from "./report";

const PROVISION = "`npm run storage -- provision` writes the rules that are needed.";

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
  const aborts = found.some((rule) => rule.AbortIncompleteMultipartUpload && prefixOf(rule) === "");
  const expires = found.some((rule) => rule.Expiration?.Days && prefixOf(rule) === "quarantine/");
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

async function expiry(patient: Patient): Promise<Verdict> {
  for (const name of CLASSES) {
    const found = await rulesOf(patient, name);
    if (!Array.isArray(found)) return found;
    const harsh = found.find((rule) => rule.Expiration && !/^(quarantine|doctor)\//.test(prefixOf(rule)));
    if (harsh?.Expiration?.Days || harsh?.Expiration?.Date)
      return failed(
        `The rule ${harsh.ID ?? "without a name"} of the ${name} bucket destroys files when their time is over, and the database knows nothing of it.`,
        "Remove that rule, or confine it to a prefix that is not the application's.",
      );
  }
  return passed("There is none.");
}

async function versioning({ place, connection: { sdk, client } }: Patient): Promise<Verdict> {
  for (const name of CLASSES) {
    try {
      const { Status } = await client.send(
        new sdk.GetBucketVersioningCommand({ Bucket: place.buckets[name] }),
      );
      if (Status === "Enabled")
        return failed(
          `The ${name} bucket keeps versions: what is destroyed is only hidden.`,
          "`npm run storage -- provision` suspends versioning; delete the versions that are there.",
        );
    } catch (error) {
      return notTold(error, "s3:GetBucketVersioning");
    }
  }
  return passed("Neither bucket keeps versions.");
}
