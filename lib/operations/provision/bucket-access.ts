import type { Grant, ObjectOwnership, PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { defineSetting, nullIfAbsent, UnreadableSettingError } from "./bucket-setting";

type AccessBlock = Required<PublicAccessBlockConfiguration>;

const NO_BLOCK: AccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

/**
 * Blocks public ACLs; on the private bucket also public policies. A policy opens the other buckets.
 */
export const publicAccessBlock = defineSetting<AccessBlock>({
  name: "public access block",
  // Without it the private bucket is closed because it has no public policy and ACL; the doctor
  // checks.
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const request = client.send(new sdk.GetPublicAccessBlockCommand({ Bucket }));
    const response = await nullIfAbsent(request, "NoSuchPublicAccessBlockConfiguration");
    if (!response) return null;
    const block = response.PublicAccessBlockConfiguration;
    if (block?.BlockPublicAcls === undefined) throw new UnreadableSettingError();
    return { ...NO_BLOCK, ...block };
  },
  desired: (_, { purpose }) => ({
    value: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: purpose === "private",
      RestrictPublicBuckets: purpose === "private",
    },
  }),
  async write({ sdk, client }, Bucket, value) {
    const PublicAccessBlockConfiguration = value ?? NO_BLOCK;
    await client.send(new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  },
  scratchTest: {
    fallback: (block) => ({
      value: { ...block, BlockPublicAcls: false },
      note: "BlockPublicAcls is left out: with it this store rejects uploads.",
    }),
  },
});

export const ownershipControls = defineSetting<ObjectOwnership>({
  name: "ownership controls",
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const request = client.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }));
    const response = await nullIfAbsent(request, "OwnershipControlsNotFoundError");
    if (!response) return null;
    const [rule] = response.OwnershipControls?.Rules ?? [];
    if (!rule?.ObjectOwnership) throw new UnreadableSettingError();
    return rule.ObjectOwnership;
  },
  desired: () => ({ value: "BucketOwnerEnforced" }),
  async write({ sdk, client }, Bucket, value) {
    const OwnershipControls = { Rules: [{ ObjectOwnership: value ?? "BucketOwnerEnforced" }] };
    await client.send(new sdk.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  },
  scratchTest: {},
});

const PUBLIC_GROUPS = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

/** Removes ACL grants to all users or to all customers of the store; the owner's grant stays. */
export const acl = defineSetting<string[]>({
  name: "ACL grants to everybody",
  isRequired: () => true,
  async read({ sdk, client }, Bucket) {
    const { Grants = [] } = await client.send(new sdk.GetBucketAclCommand({ Bucket }));
    const publicGrants = Grants.filter(({ Grantee }: Grant) => PUBLIC_GROUPS.test(Grantee?.URI ?? ""));
    return publicGrants.length > 0
      ? publicGrants.map(({ Grantee, Permission }) => `${Grantee?.URI} ${Permission}`)
      : null;
  },
  desired: () => ({ value: null }),
  async write({ sdk, client }, Bucket) {
    await client.send(new sdk.PutBucketAclCommand({ Bucket, ACL: "private" }));
  },
});
