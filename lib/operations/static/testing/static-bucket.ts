import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import type { TestStore } from "../../../../tests/stores/buckets";
import { createBucketTarget } from "../bucket-target";
import type { StaticBucketSettings } from "../static-bucket";
import type { StaticTarget } from "../target";

export type TestStaticBucket = {
  name: string;
  settings: StaticBucketSettings & { credentials: { accessKeyId: string; secretAccessKey: string } };
  target: StaticTarget;
  client: S3Client;
  /** Host and port of the store. */
  host: string;
  close(): Promise<void>;
};

/**
 * Creates a bucket as provisioning does for static files: anyone can read single objects, but not
 * list.
 */
export async function openStaticBucket(store: TestStore): Promise<TestStaticBucket> {
  const { endpoint, region, accessKeyId, secretAccessKey } = store;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const name = `dossier-test-${randomBytes(6).toString("hex")}-static`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const publicRead = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${name}/*`,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [publicRead] });
  await client.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
  const settings = { bucket: name, region, endpoint, forcePathStyle: true, credentials };
  const target = await createBucketTarget(settings);
  return {
    name,
    settings,
    target,
    client,
    host: new URL(endpoint).host,
    async close() {
      target.close();
      await removeBucket(client, name);
      client.destroy();
    },
  };
}

export async function emptyBucket(client: S3Client, Bucket: string): Promise<void> {
  const keys: (string | undefined)[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
    keys.push(...Contents.map(({ Key }) => Key));
  for (let from = 0; from < keys.length; from += 50)
    await Promise.all(
      keys.slice(from, from + 50).map((Key) => client.send(new DeleteObjectCommand({ Bucket, Key }))),
    );
}

export async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  await emptyBucket(client, Bucket);
  await client.send(new DeleteBucketCommand({ Bucket }));
}
