import type { ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import type { S3Connection } from "../../storage/s3/client";
import { nullIfAbsent, defineSetting, UnreadableSettingError } from "./bucket-setting";

/** Null: no version was ever kept. Once they were, files from then have an id, and destroying them only hides them, whatever is said since. */
export async function readVersioning(
  { sdk, client }: S3Connection,
  Bucket: string,
): Promise<"Enabled" | "Suspended" | null> {
  const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }));
  return Status ?? null;
}

/** Off, so that destroyed means destroyed; what was switched on is suspended. Static files are ours and may keep their past. */
export const versioning = defineSetting<"Enabled" | "Suspended">({
  name: "versioning",
  isRequired: ({ purpose }) => (purpose === "static" ? undefined : true),
  read: readVersioning,
  desired: (current) =>
    current === "Enabled"
      ? {
          value: "Suspended",
          note: "what was destroyed before is still kept; the rule of lifecycle ends it. Delete no version that is the latest of its file by hand: it is the file",
        }
      : { value: current },
  async write({ sdk, client }, Bucket, Status) {
    if (!Status) return;
    await client.send(new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  },
});

/** Where none is set, the store's own keys. Keys of one's own stay. */
export const encryption = defineSetting<ServerSideEncryptionRule[]>({
  name: "default encryption",
  isRequired: () => false,
  async read({ sdk, client }, Bucket) {
    const asked = client.send(new sdk.GetBucketEncryptionCommand({ Bucket }));
    const found = await nullIfAbsent(asked, "ServerSideEncryptionConfigurationNotFoundError");
    if (!found) return null;
    const rules = found.ServerSideEncryptionConfiguration?.Rules;
    if (!rules?.length) throw new UnreadableSettingError("the store does not tell");
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
