import type { Grant, ObjectOwnership, PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { nullIfAbsent, defineSetting, UnreadableSettingError } from "./bucket-setting";

type AccessBlock = Required<PublicAccessBlockConfiguration>;

const NO_BLOCK: AccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

/** Private: shut against every ACL and every policy. Public and static: against ACLs alone, for a policy is what opens them. */
export const publicAccessBlock = defineSetting<AccessBlock>({
  name: "public access block",
  // Where a store has none, the private bucket is closed by having neither policy nor ACL; the doctor tries it.
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const asked = client.send(new sdk.GetPublicAccessBlockCommand({ Bucket }));
    const found = await nullIfAbsent(asked, "NoSuchPublicAccessBlockConfiguration");
    if (!found) return null;
    const block = found.PublicAccessBlockConfiguration;
    if (block?.BlockPublicAcls === undefined) throw new UnreadableSettingError("the store does not tell");
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
    fallback: (wanted) => ({
      value: { ...wanted, BlockPublicAcls: false },
      note: "without BlockPublicAcls, after which this store takes no more files",
    }),
  },
});

export const ownershipControls = defineSetting<ObjectOwnership>({
  name: "ownership controls",
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const asked = client.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }));
    const found = await nullIfAbsent(asked, "OwnershipControlsNotFoundError");
    if (!found) return null;
    const [rule] = found.OwnershipControls?.Rules ?? [];
    if (!rule?.ObjectOwnership) throw new UnreadableSettingError("the store does not tell");
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

/** No ACL opens anything: grants to everybody, or to every customer of the store, go; the owner's stays. */
export const acl = defineSetting<string[]>({
  name: "ACL grants to everybody",
  isRequired: () => true,
  async read({ sdk, client }, Bucket) {
    const { Grants = [] } = await client.send(new sdk.GetBucketAclCommand({ Bucket }));
    const open = Grants.filter(({ Grantee }: Grant) => PUBLIC_GROUPS.test(Grantee?.URI ?? ""));
    return open.length > 0 ? open.map(({ Grantee, Permission }) => `${Grantee?.URI} ${Permission}`) : null;
  },
  desired: () => ({ value: null }),
  async write({ sdk, client }, Bucket) {
    await client.send(new sdk.PutBucketAclCommand({ Bucket, ACL: "private" }));
  },
});
