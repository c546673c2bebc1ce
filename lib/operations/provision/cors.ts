import type { CORSRule } from "@aws-sdk/client-s3";
import { type BucketSpec, nullIfAbsent, defineSetting } from "./bucket-setting";

const RULE_ID = "dossier";

/**
 * What a ticket's headers are, those of a part included. No answer's header is exposed: what has arrived, and with which ETags, the server asks the
 * store itself.
 */
const TICKET_HEADERS = ["content-type", "if-none-match", "x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm"];

/** Files are sent to the private bucket alone. What members have handed in pages show and link to, and fetch none of it; fonts among static files browsers do fetch. */
function corsRulesFor({ purpose, origin }: BucketSpec): CORSRule[] {
  if (purpose === "public") return [];
  const may =
    purpose === "private" ? { AllowedMethods: ["PUT"], AllowedHeaders: TICKET_HEADERS } : { AllowedMethods: ["GET"] };
  return [{ ID: RULE_ID, AllowedOrigins: [origin], ...may, MaxAgeSeconds: 3600 }];
}

/** Stores give lists back in an order of their own, and some an empty list where nothing was said. */
function normalizeRule(rule: CORSRule): CORSRule {
  const sorted = (values: string[] | undefined) => [...(values ?? [])].sort();
  const some = (name: string, values: string[] | undefined) =>
    values?.length ? { [name]: sorted(values) } : {};
  return {
    ...(rule.ID === undefined ? {} : { ID: rule.ID }),
    AllowedOrigins: sorted(rule.AllowedOrigins),
    AllowedMethods: sorted(rule.AllowedMethods),
    ...some("AllowedHeaders", rule.AllowedHeaders),
    ...some("ExposeHeaders", rule.ExposeHeaders),
    ...(rule.MaxAgeSeconds === undefined ? {} : { MaxAgeSeconds: rule.MaxAgeSeconds }),
  };
}

/** Whether a rule of somebody else lets pages of any site do more than read what anybody may read. */
function isTooPermissive({ AllowedOrigins = [], AllowedMethods = [] }: CORSRule, { purpose }: BucketSpec): boolean {
  const anySite = AllowedOrigins.some((origin) => origin.includes("*"));
  const reads = AllowedMethods.every((method) => method === "GET" || method === "HEAD");
  return anySite && (purpose === "private" || !reads);
}

/** Our rule comes first, for the first that fits decides; those of others stay where they name their sites. */
export const cors = defineSetting<CORSRule[]>({
  name: "CORS",
  isRequired: ({ purpose }) => purpose === "private",
  async read({ sdk, client }, Bucket) {
    const found = await nullIfAbsent(
      client.send(new sdk.GetBucketCorsCommand({ Bucket })),
      "NoSuchCORSConfiguration",
    );
    return found?.CORSRules?.length ? found.CORSRules.map(normalizeRule) : null;
  },
  desired(current, bucket) {
    const others = (current ?? []).filter((rule) => rule.ID !== RULE_ID && !isTooPermissive(rule, bucket));
    const value = [...corsRulesFor(bucket).map(normalizeRule), ...others];
    return { value: value.length > 0 ? value : null };
  },
  async write({ sdk, client }, Bucket, value) {
    if (!value) await client.send(new sdk.DeleteBucketCorsCommand({ Bucket }));
    else await client.send(new sdk.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: value } }));
  },
});
