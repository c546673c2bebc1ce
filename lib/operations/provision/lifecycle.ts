import type { LifecycleRule } from "@aws-sdk/client-s3";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { type BucketSpec, defineSetting, nullIfAbsent } from "./bucket-setting";

const RULE_ID_PREFIX = "dossier-";

function lifecycleRulesFor({ purpose, expiryDays, isVersioned }: BucketSpec): LifecycleRule[] {
  const unfinished: LifecycleRule = {
    ID: `${RULE_ID_PREFIX}unfinished`,
    Status: "Enabled",
    Filter: { Prefix: "" },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: expiryDays.unfinished },
  };
  const expiring = (name: string, Prefix: string, Days: number): LifecycleRule => ({
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
  // Without versions nothing is hidden, and some stores do not support this rule.
  const common = [unfinished, expiring("probes", PROBE_PREFIX, 1), ...(isVersioned ? [hidden] : [])];
  return purpose === "private"
    ? [...common, expiring("quarantine", "quarantine/", expiryDays.quarantine)]
    : common;
}

/** Returns the prefix of a rule, "" for all objects; stores write that in different ways. */
export function prefixOf({ Filter, Prefix }: LifecycleRule): string {
  return Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? "";
}

/** The prefixes of files in use, of the published audit trail and of tombstones. */
export const PROTECTED_PREFIXES = ["files/", "pictures/", "trail/", "destroyed/"];

/**
 * Whether a rule deletes such files. The prefix may be shorter or longer. Quarantine may expire by
 * days.
 */
export function deletesProtectedFiles(rule: LifecycleRule): boolean {
  const { Status, Expiration } = rule;
  const prefix = prefixOf(rule);
  const overlaps = [...PROTECTED_PREFIXES, ...(Expiration?.Date ? ["quarantine/"] : [])].some(
    (own) => own.startsWith(prefix) || prefix.startsWith(own),
  );
  return (
    Status === "Enabled" && overlaps && (Expiration?.Days !== undefined || Expiration?.Date !== undefined)
  );
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

const compareRuleIds = (a: LifecycleRule, b: LifecycleRule) => ((a.ID ?? "") < (b.ID ?? "") ? -1 : 1);

/**
 * A fallback if the sweep job does not run. Other rules stay; those that delete files get a note.
 */
export const lifecycle = defineSetting<LifecycleRule[]>({
  name: "lifecycle",
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const request = client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket }));
    const response = await nullIfAbsent(request, "NoSuchLifecycleConfiguration");
    return response?.Rules?.length ? response.Rules.map(normalizeRule).sort(compareRuleIds) : null;
  },
  desired(current, bucket) {
    const others = (current ?? []).filter(({ ID }) => !ID?.startsWith(RULE_ID_PREFIX));
    const value = [...lifecycleRulesFor(bucket), ...others].sort(compareRuleIds);
    const harmful = bucket.purpose === "static" ? [] : others.filter(deletesProtectedFiles);
    if (harmful.length === 0) return { value };
    const names = harmful.map(({ ID }) => ID ?? "one without a name").join(", ");
    return {
      value,
      note: `The rule ${names} deletes files that the database still references: remove it by hand.`,
    };
  },
  async write({ sdk, client }, Bucket, value) {
    const LifecycleConfiguration = { Rules: value ?? [] };
    await client.send(new sdk.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
  },
});
