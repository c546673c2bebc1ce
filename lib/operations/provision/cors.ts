import type { CORSRule } from "@aws-sdk/client-s3";
import { type BucketSpec, defineSetting, nullIfAbsent } from "./bucket-setting";

const RULE_ID = "dossier";

/**
 * The headers of a ticket, of a part, and of a download that goes on. The rule exposes no response
 * header: the server reads the received parts and their ETags from the store itself.
 */
const PRIVATE_HEADERS = [
  "content-type",
  "if-none-match",
  "range",
  "x-amz-checksum-sha256",
  "x-amz-sdk-checksum-algorithm",
];

/**
 * Browsers upload only to the private bucket, and read from it only for an export: pages embed and
 * link members' files without CORS. Browsers load static fonts with CORS.
 */
function corsRulesFor({ purpose, origin }: BucketSpec): CORSRule[] {
  if (purpose === "public") return [];
  const allowed =
    purpose === "private"
      ? { AllowedMethods: ["PUT", "GET"], AllowedHeaders: PRIVATE_HEADERS }
      : { AllowedMethods: ["GET"] };
  return [{ ID: RULE_ID, AllowedOrigins: [origin], ...allowed, MaxAgeSeconds: 3600 }];
}

/**
 * Sorts lists and removes empty ones: stores return their own order, and some return empty lists.
 */
function normalizeRule(rule: CORSRule): CORSRule {
  const sorted = (values: string[] | undefined) => [...(values ?? [])].sort();
  const ifAny = (name: string, values: string[] | undefined) =>
    values?.length ? { [name]: sorted(values) } : {};
  return {
    ...(rule.ID === undefined ? {} : { ID: rule.ID }),
    AllowedOrigins: sorted(rule.AllowedOrigins),
    AllowedMethods: sorted(rule.AllowedMethods),
    ...ifAny("AllowedHeaders", rule.AllowedHeaders),
    ...ifAny("ExposeHeaders", rule.ExposeHeaders),
    ...(rule.MaxAgeSeconds === undefined ? {} : { MaxAgeSeconds: rule.MaxAgeSeconds }),
  };
}

/** Whether a rule lets pages of any site do more than read public objects. */
function isTooPermissive(
  { AllowedOrigins = [], AllowedMethods = [] }: CORSRule,
  { purpose }: BucketSpec,
): boolean {
  const allowsAnySite = AllowedOrigins.some((origin) => origin.includes("*"));
  const onlyReads = AllowedMethods.every((method) => method === "GET" || method === "HEAD");
  return allowsAnySite && (purpose === "private" || !onlyReads);
}

/**
 * The application's rule comes first, because stores apply the first match. Rules for named sites
 * stay.
 */
export const cors = defineSetting<CORSRule[]>({
  name: "CORS",
  isRequired: ({ purpose }) => purpose === "private",
  async read({ sdk, client }, Bucket) {
    const response = await nullIfAbsent(
      client.send(new sdk.GetBucketCorsCommand({ Bucket })),
      "NoSuchCORSConfiguration",
    );
    return response?.CORSRules?.length ? response.CORSRules.map(normalizeRule) : null;
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
