import * as sdk from "@aws-sdk/client-s3";
import { afterAll, beforeEach, expect, test } from "vitest";
import { ownershipControls, publicAccessBlock } from "./bucket-access";
import type { BucketPurpose, BucketSetting } from "./bucket-setting";
import { encryption } from "./versioning-and-encryption";

/** What stores here do not know is tried on what AWS answers: that it is not set, and then what was set. */
const ABSENT = [
  ["GetPublicAccessBlockCommand", "NoSuchPublicAccessBlockConfiguration"],
  ["GetBucketOwnershipControlsCommand", "OwnershipControlsNotFoundError"],
  ["GetBucketEncryptionCommand", "ServerSideEncryptionConfigurationNotFoundError"],
] as const;
const client = new sdk.S3Client({ region: "us-east-1" });
let kept: Map<string, object>;

beforeEach(() => {
  kept = new Map();
  client.middlewareStack.add(
    (_next, { commandName = "" }) =>
      async ({ input }) => {
        const output = { $metadata: {} };
        if (commandName.startsWith("Put")) {
          kept.set(commandName.replace("Put", "Get"), input);
          return { response: {}, output };
        }
        const found = kept.get(commandName);
        const absent = new Map<string, string>(ABSENT).get(commandName) ?? "";
        if (!found) throw Object.assign(new Error(absent), { name: absent });
        return { response: {}, output: { ...output, ...found } };
      },
    { step: "initialize", name: "kept", override: true },
  );
});
afterAll(() => client.destroy());

const set = (setting: BucketSetting, purpose: BucketPurpose) =>
  setting(
    { sdk, client },
    {
      name: "bucket",
      purpose,
      origin: "http://localhost:3000",
      partition: "aws",
      expiryDays: { unfinished: 2, quarantine: 7 },
      isVersioned: false,
    },
    { exists: true, trial: (attempt) => attempt({ sdk, client }, "trial").then(() => kept.clear()) },
  );

test.each([
  ["private", true],
  ["public", false],
  ["static", false],
] as const)(
  "the %s bucket is shut against ACLs, and against policies for everybody: %s",
  async (purpose, shut) => {
    const step = await set(publicAccessBlock, purpose);
    const block = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: shut,
      RestrictPublicBuckets: shut,
    };
    expect(step).toMatchObject({ outcome: "changed", before: null, after: block });
    expect(await set(publicAccessBlock, purpose)).toMatchObject({ outcome: "kept" });
  },
);

test("ACLs are switched off", async () => {
  expect(await set(ownershipControls, "public")).toMatchObject({
    outcome: "changed",
    after: "BucketOwnerEnforced",
  });
  expect(await set(ownershipControls, "public")).toMatchObject({ outcome: "kept" });
});

test("files are encrypted with the store's keys where nobody has set others", async () => {
  const after = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }];
  expect(await set(encryption, "private")).toMatchObject({ outcome: "changed", after });
  const own = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "ours" } }];
  kept.set("GetBucketEncryptionCommand", { ServerSideEncryptionConfiguration: { Rules: own } });
  expect(await set(encryption, "private")).toMatchObject({ outcome: "kept", after: own });
});
