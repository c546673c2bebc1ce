import { z } from "zod";
import { type BucketSpec, defineSetting, nullIfAbsent } from "./bucket-setting";

const stringOrList = z.union([z.string(), z.array(z.string())]);
const statementSchema = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: z.union([z.string(), z.record(z.string(), stringOrList)]).optional(),
  NotPrincipal: z.unknown().optional(),
  Action: stringOrList.optional(),
  Resource: stringOrList.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const policySchema = z.looseObject({
  Version: z.string().optional(),
  Statement: z.union([z.array(statementSchema), statementSchema.transform((statement) => [statement])]),
});
type Statement = z.infer<typeof statementSchema>;
type Policy = z.infer<typeof policySchema>;

/**
 * Conditions that restrict who is allowed: AWS does not count a statement with one of these as
 * public.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
const RESTRICTING_CONDITIONS =
  /^aws:(SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|PrincipalArn|PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount)$/i;

const toArray = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat());

function isPublic({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  if (Effect !== "Allow") return false;
  const principals = typeof Principal === "string" ? [Principal] : Object.values(Principal ?? {}).flat();
  if (!principals.includes("*") && NotPrincipal === undefined) return false;
  // A negated condition excludes few callers, so the statement stays public.
  const restricting = Object.entries(Condition).filter(([operator]) => !/Not/.test(operator));
  return !restricting.some(([, test]) => Object.keys(test).some((key) => RESTRICTING_CONDITIONS.test(key)));
}

function publicReadStatement({ name, partition }: BucketSpec): Statement {
  return {
    Sid: "AnybodyReads",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:${partition}:s3:::${name}/*`,
  };
}

function isPublicReadStatement(statement: Statement, bucket: BucketSpec): boolean {
  const { Action, Resource } = publicReadStatement(bucket);
  const same = (a: Statement["Action"], b: Statement["Action"]) => toArray(a).join() === toArray(b).join();
  return (
    isPublic(statement) &&
    statement.Condition === undefined &&
    same(statement.Action, Action) &&
    same(statement.Resource, Resource)
  );
}

/**
 * Public and static buckets: anyone may read single objects. Private bucket: no public access.
 * Statements for named principals stay.
 */
export const policy = defineSetting<Policy>({
  name: "policy",
  isRequired: () => true,
  async read({ sdk, client }, Bucket) {
    const response = await nullIfAbsent(
      client.send(new sdk.GetBucketPolicyCommand({ Bucket })),
      "NoSuchBucketPolicy",
    );
    return response?.Policy ? policySchema.parse(JSON.parse(response.Policy)) : null;
  },
  desired(current, bucket) {
    const statements = current?.Statement ?? [];
    const restricted = statements.filter((statement) => !isPublic(statement));
    const ours =
      bucket.purpose === "private"
        ? []
        : [statements.find((one) => isPublicReadStatement(one, bucket)) ?? publicReadStatement(bucket)];
    const Statement = [...ours, ...restricted];
    const hasOtherPublic = statements.some((statement) => isPublic(statement) && !ours.includes(statement));
    const hasOurs = ours.every((statement) => statements.includes(statement));
    if (hasOurs && !hasOtherPublic) return { value: current };
    return { value: Statement.length > 0 ? { ...current, Version: "2012-10-17", Statement } : null };
  },
  async write({ sdk, client }, Bucket, value) {
    if (!value) await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket }));
    else await client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(value) }));
  },
});
