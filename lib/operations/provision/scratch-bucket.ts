import { randomBytes } from "node:crypto";
import type { BucketLocationConstraint, CreateBucketCommandInput } from "@aws-sdk/client-s3";
import type { S3Connection } from "../../storage/s3/client";

/** Runs `attempt` on an unused bucket. Throws if it fails or if the bucket then rejects uploads. */
export type RunOnScratchBucket = (
  attempt: (connection: S3Connection, bucket: string) => Promise<void>,
) => Promise<void>;

type StoreLocation = { region: string; endpoint?: string | undefined };

/**
 * Returns a runner that creates a scratch bucket for each call, named after `name`, and removes it.
 */
export function scratchBucketRunner(
  connection: S3Connection,
  location: StoreLocation,
  name: string,
): RunOnScratchBucket {
  const { sdk, client } = connection;
  return async (attempt) => {
    const Bucket = `${name.slice(0, 48)}-trial-${randomBytes(4).toString("hex")}`;
    const Key = "probe";
    await client.send(new sdk.CreateBucketCommand(createBucketInput(location, Bucket)));
    try {
      await attempt(connection, Bucket);
      await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "x", ContentType: "text/plain" }));
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    } finally {
      await client.send(new sdk.DeleteBucketCommand({ Bucket }));
    }
  };
}

/**
 * AWS requires the region in the body, except for us-east-1; a store of one's own has one region.
 */
export function createBucketInput(
  { region, endpoint }: StoreLocation,
  Bucket: string,
): CreateBucketCommandInput {
  if (endpoint || region === "us-east-1") return { Bucket };
  // The SDK's list of regions may be older than the store's.
  return { Bucket, CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
}
