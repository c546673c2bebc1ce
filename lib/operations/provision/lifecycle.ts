import type { LifecycleRule } from "@aws-sdk/client-s3";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { type BucketSpec, nullIfAbsent, defineSetting } from "./bucket-setting";

const RULE_ID_PREFIX = "dossier-";

function lifecycleRulesFor({ purpose, expiryDays: days, isVersioned: versioned }: BucketSpec): LifecycleRule[] {
  const unfinished: LifecycleRule = {
    ID: `${RULE_ID_PREFIX}unfinished`,
    Status: "Enabled",
    Filter: { Prefix: "" },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: days.unfinished },
  };
  const gone = (name: string, Prefix: string, Days: number): LifecycleRule => ({
    ID: `${RULE_ID_PREFIX}${name}`,
    Status: "Enabled",
    Filter: { Prefix },
    Expiration: { Days },
  });
  if (purpose === "static") return [unfinished];
  const hidden: LifecycleRule = {
    ID: `${RULE_ID_PREFIX}hidden`,
    Status: "Enabled",
    Filter: { Prefix: "" },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  };
  // Where no version was ever kept there is nothing hidden, and some stores know no such rule.
  const both = [unfinished, gone("probes", PROBE_PREFIX, 1), ...(versioned ? [hidden] : [])];
  return purpose === "private" ? [...both, gone("quarantine", "quarantine/", days.quarantine)] : both;
}

/** Stores say "everything" in different ways: as an empty prefix, inside a filter or outside, or not at all. */
export function prefixOf({ Filter, Prefix }: LifecycleRule): string {
  return Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? "";
}

/** Where files lie that the database knows. */
export const PROTECTED_PREFIXES = ["files/", "pictures/"];

/** Whether a rule destroys some of them. Its prefix may be shorter than ours, or longer; what waits in quarantine is judged by its days. */
export function deletesProtectedFiles(rule: LifecycleRule): boolean {
  const { Status, Expiration: end } = rule;
  const prefix = prefixOf(rule);
  const meets = [...PROTECTED_PREFIXES, ...(end?.Date ? ["quarantine/"] : [])].some(
    (own) => own.startsWith(prefix) || prefix.startsWith(own),
  );
  return Status === "Enabled" && meets && (end?.Days !== undefined || end?.Date !== undefined);
}

function normalizeRule(rule: LifecycleRule): LifecycleRule {
  if (!rule.ID?.startsWith(RULE_ID_PREFIX)) return rule;
  const { ID, Status, AbortIncompleteMultipartUpload: abort, Expiration } = rule;
  const hidden = rule.NoncurrentVersionExpiration;
  return {
    ID,
    Status,
    Filter: { Prefix: prefixOf(rule) },
    ...(abort ? { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort.DaysAfterInitiation } } : {}),
    ...(Expiration ? { Expiration: { Days: Expiration.Days } } : {}),
    ...(hidden ? { NoncurrentVersionExpiration: { NoncurrentDays: hidden.NoncurrentDays } } : {}),
  };
}

const compareRuleIds = (one: LifecycleRule, other: LifecycleRule) => ((one.ID ?? "") < (other.ID ?? "") ? -1 : 1);

/** Backstops for a sweep that does not run. Rules of others stay, and are spoken of where they destroy files. */
export const lifecycle = defineSetting<LifecycleRule[]>({
  name: "lifecycle",
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const asked = client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket }));
    const found = await nullIfAbsent(asked, "NoSuchLifecycleConfiguration");
    return found?.Rules?.length ? found.Rules.map(normalizeRule).sort(compareRuleIds) : null;
  },
  desired(current, bucket) {
    const others = (current ?? []).filter(({ ID }) => !ID?.startsWith(RULE_ID_PREFIX));
    const value = [...lifecycleRulesFor(bucket), ...others].sort(compareRuleIds);
    const harsh = bucket.purpose === "static" ? [] : others.filter(deletesProtectedFiles);
    if (harsh.length === 0) return { value };
    const names = harsh.map(({ ID }) => ID ?? "one without a name").join(", ");
    return { value, note: `kept, but look at it: ${names} destroys files that the database still knows` };
  },
  async write({ sdk, client }, Bucket, value) {
    const LifecycleConfiguration = { Rules: value ?? [] };
    await client.send(new sdk.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
  },
});
