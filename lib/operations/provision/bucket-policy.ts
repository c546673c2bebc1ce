import { z } from "zod";
import { type BucketSpec, nullIfAbsent, defineSetting } from "./bucket-setting";

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
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
});
type Statement = z.infer<typeof statementSchema>;
type Policy = z.infer<typeof policySchema>;

/**
 * Conditions that say who may come, so that a statement for everybody is one for few; AWS itself does not call these public.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
const RESTRICTING_CONDITIONS =
  /^aws:(SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|PrincipalArn|PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount)$/i;

const toArray = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat());

function isPublic({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  if (Effect !== "Allow") return false;
  const named = typeof Principal === "string" ? [Principal] : Object.values(Principal ?? {}).flat();
  if (!named.includes("*") && NotPrincipal === undefined) return false;
  // "Everybody but these" is everybody.
  const naming = Object.entries(Condition).filter(([operator]) => !/Not/.test(operator));
  return !naming.some(([, test]) => Object.keys(test).some((key) => RESTRICTING_CONDITIONS.test(key)));
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
  const same = (one: Statement["Action"], other: Statement["Action"]) =>
    toArray(one).join() === toArray(other).join();
  return (
    isPublic(statement) &&
    statement.Condition === undefined &&
    same(statement.Action, Action) &&
    same(statement.Resource, Resource)
  );
}

/** Public and static: anybody gets single objects, and no more. Private: nobody by policy. What others have been given by name stays. */
export const policy = defineSetting<Policy>({
  name: "policy",
  isRequired: () => true,
  async read({ sdk, client }, Bucket) {
    const found = await nullIfAbsent(client.send(new sdk.GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy");
    return found?.Policy ? policySchema.parse(JSON.parse(found.Policy)) : null;
  },
  desired(current, bucket) {
    const found = current?.Statement ?? [];
    const kept = found.filter((each) => !isPublic(each));
    const ours =
      bucket.purpose === "private"
        ? []
        : [found.find((each) => isPublicReadStatement(each, bucket)) ?? publicReadStatement(bucket)];
    const Statement = [...ours, ...kept];
    const wrong = found.some((each) => isPublic(each) && !ours.includes(each));
    const there = ours.every((each) => found.includes(each));
    if (there && !wrong) return { value: current };
    return { value: Statement.length > 0 ? { ...current, Version: "2012-10-17", Statement } : null };
  },
  async write({ sdk, client }, Bucket, value) {
    if (!value) await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket }));
    else await client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(value) }));
  },
});
