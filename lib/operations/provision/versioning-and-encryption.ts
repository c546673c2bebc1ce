import type { ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import type { S3Connection } from "../../storage/s3/client";
import { defineSetting, nullIfAbsent, UnreadableSettingError } from "./bucket-setting";

/**
 * Returns null if versioning was never on. Otherwise objects of that time have a version id, and a
 * delete only hides them, whatever the setting is now.
 */
export async function readVersioning(
  { sdk, client }: S3Connection,
  Bucket: string,
): Promise<"Enabled" | "Suspended" | null> {
  const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }));
  return Status ?? null;
}

/**
 * Suspends versioning, because deleted objects must not exist. The static bucket may keep versions.
 */
export const versioning = defineSetting<"Enabled" | "Suspended">({
  name: "versioning",
  isRequired: ({ purpose }) => (purpose === "static" ? undefined : true),
  read: readVersioning,
  desired: (current) =>
    current === "Enabled"
      ? {
          value: "Suspended",
          note: "Objects deleted before still exist; the lifecycle rule removes them. Delete no version that is the latest of its object by hand: it is the file.",
        }
      : { value: current },
  async write({ sdk, client }, Bucket, Status) {
    if (!Status) return;
    await client.send(new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  },
});

/** Encrypts with the store's own keys, unless other keys are set. */
export const encryption = defineSetting<ServerSideEncryptionRule[]>({
  name: "default encryption",
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const request = client.send(new sdk.GetBucketEncryptionCommand({ Bucket }));
    const response = await nullIfAbsent(request, "ServerSideEncryptionConfigurationNotFoundError");
    if (!response) return null;
    const rules = response.ServerSideEncryptionConfiguration?.Rules;
    if (!rules?.length) throw new UnreadableSettingError();
    return rules;
  },
  desired: (current) => ({
    value: current ?? [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
  }),
  async write({ sdk, client }, Bucket, value) {
    const ServerSideEncryptionConfiguration = { Rules: value ?? [] };
    await client.send(new sdk.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  },
  scratchTest: {},
});
