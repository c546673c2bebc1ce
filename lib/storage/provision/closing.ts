import type { Grant, ObjectOwnership, PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { orNull, setting, Untold } from "./setting";

type Block = Required<PublicAccessBlockConfiguration>;

const OPEN: Block = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

/** Private: shut against every ACL and every policy. Public and static: against ACLs alone, for a policy is what opens them. */
export const publicAccessBlock = setting<Block>({
  name: "public access block",
  // Where a store has none, the private bucket is closed by having neither policy nor ACL; the doctor tries it.
  needed: () => false,
  async read({ sdk, client }, Bucket) {
    const asked = client.send(new sdk.GetPublicAccessBlockCommand({ Bucket }));
    const found = await orNull(asked, "NoSuchPublicAccessBlockConfiguration");
    if (!found) return null;
    const block = found.PublicAccessBlockConfiguration;
    if (block?.BlockPublicAcls === undefined) throw new Untold("the store does not tell");
    return { ...OPEN, ...block };
  },
  wanted: (_, { purpose }) => ({
    value: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: purpose === "private",
      RestrictPublicBuckets: purpose === "private",
    },
  }),
  async write({ sdk, client }, Bucket, value) {
    const PublicAccessBlockConfiguration = value ?? OPEN;
    await client.send(new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  },
  delicate: {
    lesser: (wanted) => ({
      value: { ...wanted, BlockPublicAcls: false },
      note: "without BlockPublicAcls, after which this store takes no more files",
    }),
  },
});

export const ownership = setting<ObjectOwnership>({
  name: "ownership controls",
  needed: () => false,
  async read({ sdk, client }, Bucket) {
    const asked = client.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }));
    const found = await orNull(asked, "OwnershipControlsNotFoundError");
    if (!found) return null;
    const [rule] = found.OwnershipControls?.Rules ?? [];
    if (!rule?.ObjectOwnership) throw new Untold("the store does not tell");
    return rule.ObjectOwnership;
  },
  wanted: () => ({ value: "BucketOwnerEnforced" }),
  async write({ sdk, client }, Bucket, value) {
    const OwnershipControls = { Rules: [{ ObjectOwnership: value ?? "BucketOwnerEnforced" }] };
    await client.send(new sdk.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  },
  delicate: {},
});

const EVERYBODY = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

/** No ACL opens anything: grants to everybody, or to every customer of the store, go; the owner's stays. */
export const acl = setting<string[]>({
  name: "ACL grants to everybody",
  needed: () => true,
  async read({ sdk, client }, Bucket) {
    const { Grants = [] } = await client.send(new sdk.GetBucketAclCommand({ Bucket }));
    const open = Grants.filter(({ Grantee }: Grant) => EVERYBODY.test(Grantee?.URI ?? ""));
    return open.length > 0 ? open.map(({ Grantee, Permission }) => `${Grantee?.URI} ${Permission}`) : null;
  },
  wanted: () => ({ value: null }),
  async write({ sdk, client }, Bucket) {
    await client.send(new sdk.PutBucketAclCommand({ Bucket, ACL: "private" }));
  },
});
