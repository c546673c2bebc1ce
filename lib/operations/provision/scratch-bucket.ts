import { randomBytes } from "node:crypto";
import type { BucketLocationConstraint, CreateBucketCommandInput } from "@aws-sdk/client-s3";
import type { S3Connection } from "../../storage/s3/client";

/** Does something to a bucket that nobody uses, and fails where that fails or where the bucket then takes no more files. */
export type RunOnScratchBucket = (attempt: (connection: S3Connection, bucket: string) => Promise<void>) => Promise<void>;

type StoreLocation = { region: string; endpoint?: string | undefined };

/** Trials on buckets of their own, named after `name`, each removed after its trial. */
export function scratchBucketRunner(connection: S3Connection, place: StoreLocation, name: string): RunOnScratchBucket {
  const { sdk, client } = connection;
  return async (attempt) => {
    const Bucket = `${name.slice(0, 48)}-trial-${randomBytes(4).toString("hex")}`;
    const Key = "probe";
    await client.send(new sdk.CreateBucketCommand(createBucketInput(place, Bucket)));
    try {
      await attempt(connection, Bucket);
      await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "x", ContentType: "text/plain" }));
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    } finally {
      await client.send(new sdk.DeleteBucketCommand({ Bucket }));
    }
  };
}

/** AWS wants the region of a new bucket in the body as well, but for its first; a store of one's own has one region, whatever it is called. */
export function createBucketInput({ region, endpoint }: StoreLocation, Bucket: string): CreateBucketCommandInput {
  if (endpoint || region === "us-east-1") return { Bucket };
  // The SDK's list of regions is that of its own day; the store knows its own.
  return { Bucket, CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
}
