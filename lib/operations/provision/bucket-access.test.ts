import * as sdk from "@aws-sdk/client-s3";
import { afterAll, beforeEach, expect, test } from "vitest";
import { ownershipControls, publicAccessBlock } from "./bucket-access";
import type { BucketPurpose, BucketSetting } from "./bucket-setting";
import { encryption } from "./versioning-and-encryption";

/**
 * The test stores lack these settings. A substitute responds as AWS does: absent, then as written.
 */
const ABSENT = [
  ["GetPublicAccessBlockCommand", "NoSuchPublicAccessBlockConfiguration"],
  ["GetBucketOwnershipControlsCommand", "OwnershipControlsNotFoundError"],
  ["GetBucketEncryptionCommand", "ServerSideEncryptionConfigurationNotFoundError"],
] as const;
const client = new sdk.S3Client({ region: "us-east-1" });
let settings: Map<string, object>;

beforeEach(() => {
  settings = new Map();
  client.middlewareStack.add(
    (_next, { commandName = "" }) =>
      async ({ input }) => {
        const output = { $metadata: {} };
        if (commandName.startsWith("Put")) {
          settings.set(commandName.replace("Put", "Get"), input);
          return { response: {}, output };
        }
        const value = settings.get(commandName);
        const absent = new Map<string, string>(ABSENT).get(commandName) ?? "";
        if (!value) throw Object.assign(new Error(absent), { name: absent });
        return { response: {}, output: { ...output, ...value } };
      },
    { step: "initialize", name: "settings", override: true },
  );
});
afterAll(() => client.destroy());

const apply = (setting: BucketSetting, purpose: BucketPurpose) =>
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
    { exists: true, trial: (attempt) => attempt({ sdk, client }, "trial").then(() => settings.clear()) },
  );

test.each([
  ["private", true],
  ["public", false],
  ["static", false],
] as const)("the %s bucket blocks public ACLs, and public policies: %s", async (purpose, blocksPolicies) => {
  const step = await apply(publicAccessBlock, purpose);
  const block = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: blocksPolicies,
    RestrictPublicBuckets: blocksPolicies,
  };
  expect(step).toMatchObject({ outcome: "changed", before: null, after: block });
  expect(await apply(publicAccessBlock, purpose)).toMatchObject({ outcome: "kept" });
});

test("switches ACLs off", async () => {
  expect(await apply(ownershipControls, "public")).toMatchObject({
    outcome: "changed",
    after: "BucketOwnerEnforced",
  });
  expect(await apply(ownershipControls, "public")).toMatchObject({ outcome: "kept" });
});

test("encrypts with the store's keys unless others are set", async () => {
  const after = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }];
  expect(await apply(encryption, "private")).toMatchObject({ outcome: "changed", after });
  const customRules = [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "ours" } },
  ];
  settings.set("GetBucketEncryptionCommand", { ServerSideEncryptionConfiguration: { Rules: customRules } });
  expect(await apply(encryption, "private")).toMatchObject({ outcome: "kept", after: customRules });
});
