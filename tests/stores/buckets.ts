import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";

/** An S3 store in which tests may create buckets. */
export type TestStore = { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string };

export type TestBuckets = { publicBucket: string; privateBucket: string; remove(): Promise<void> };

/**
 * Creates a public and a private bucket with fresh names, configured as in a deployment: every
 * visitor may read the public one, none may list it, and browsers on `origins` may use both.
 */
export async function createTestBuckets(
  store: TestStore,
  {
    origins = ["http://localhost:3000"],
    prefix = "dossier-test",
  }: { origins?: string[]; prefix?: string } = {},
): Promise<TestBuckets> {
  const client = createClient(store);
  const run = randomBytes(6).toString("hex");
  const [publicBucket, privateBucket] = [`${prefix}-${run}-public`, `${prefix}-${run}-private`];
  for (const bucket of [publicBucket, privateBucket]) {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    await client.send(
      new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: corsConfiguration(origins) }),
    );
  }
  await client.send(
    new PutBucketPolicyCommand({ Bucket: publicBucket, Policy: publicReadPolicy(publicBucket) }),
  );
  const remove = async () => {
    for (const bucket of [publicBucket, privateBucket]) await removeBucket(client, bucket);
    client.destroy();
  };
  return { publicBucket, privateBucket, remove };
}

function createClient({ endpoint, region, accessKeyId, secretAccessKey }: TestStore): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

function corsConfiguration(origins: string[]) {
  return {
    CORSRules: [
      {
        AllowedOrigins: origins,
        AllowedMethods: ["PUT", "GET", "HEAD"],
        AllowedHeaders: ["content-type", "if-none-match", "range", "x-amz-*"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 3600,
      },
    ],
  };
}

function publicReadPolicy(bucket: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: ["*"] },
        Action: ["s3:GetObject"],
        Resource: [`arn:aws:s3:::${bucket}/*`],
      },
    ],
  });
}

async function removeBucket(client: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    if (Contents.length === 0) break;
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
}
