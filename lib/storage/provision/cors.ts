import type { CORSRule } from "@aws-sdk/client-s3";
import { type Bucket, orNull, setting } from "./setting";

const OURS = "dossier";

/**
 * What a ticket's headers are, those of a part included. No answer's header is exposed: what has arrived, and with which ETags, the server asks the
 * store itself.
 */
const TICKET = ["content-type", "if-none-match", "x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm"];

/** Files are sent to the private bucket alone; from all of them pages fetch. */
function ruleFor({ purpose, origin }: Bucket): CORSRule {
  const sends = purpose === "private";
  return {
    ID: OURS,
    AllowedOrigins: [origin],
    AllowedMethods: sends ? ["GET", "PUT"] : ["GET"],
    ...(sends ? { AllowedHeaders: TICKET } : {}),
    MaxAgeSeconds: 3600,
  };
}

/** Stores give lists back in an order of their own, and some an empty list where nothing was said. */
function tidy(rule: CORSRule): CORSRule {
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
function opens({ AllowedOrigins = [], AllowedMethods = [] }: CORSRule, { purpose }: Bucket): boolean {
  const anySite = AllowedOrigins.some((origin) => origin.includes("*"));
  const reads = AllowedMethods.every((method) => method === "GET" || method === "HEAD");
  return anySite && (purpose === "private" || !reads);
}

/** Our rule comes first, for the first that fits decides; those of others stay where they name their sites. */
export const cors = setting<CORSRule[]>({
  name: "CORS",
  needed: ({ purpose }) => purpose === "private",
  async read({ sdk, client }, Bucket) {
    const found = await orNull(
      client.send(new sdk.GetBucketCorsCommand({ Bucket })),
      "NoSuchCORSConfiguration",
    );
    return found?.CORSRules?.length ? found.CORSRules.map(tidy) : null;
  },
  wanted(current, bucket) {
    const others = (current ?? []).filter((rule) => rule.ID !== OURS && !opens(rule, bucket));
    return { value: [tidy(ruleFor(bucket)), ...others] };
  },
  async write({ sdk, client }, Bucket, value) {
    const CORSConfiguration = { CORSRules: value ?? [] };
    await client.send(new sdk.PutBucketCorsCommand({ Bucket, CORSConfiguration }));
  },
});
