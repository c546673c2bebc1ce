import { randomBytes } from "node:crypto";
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { DoctorInput, S3StorageSettings } from "../../lib/operations/doctor/probe-context";
import type { ProvisionInput } from "../../lib/operations/provision/provision";
import { errorNameOf } from "../../lib/storage/s3/errors";
import type { TestStore } from "./buckets";

/**
 * Names of two buckets that do not exist yet, and the input of provisioning and doctor for them.
 */
export type BucketFixture = {
  settings: S3StorageSettings;
  provisionInput: ProvisionInput;
  /** The input of the doctor, with changed settings. */
  doctorInputWith(changed?: Partial<S3StorageSettings>): DoctorInput;
  client: S3Client;
  /** Removes the buckets if they exist, with their contents. */
  remove(): Promise<void>;
};

/** With `publisher`, adds a bucket of static files that only that user may write. */
export function openBucketFixture(store: TestStore, publisher?: TestStore): BucketFixture {
  const { endpoint, region, accessKeyId, secretAccessKey } = store;
  const credentials = { accessKeyId, secretAccessKey };
  const run = randomBytes(6).toString("hex");
  const buckets = { public: `dossier-test-${run}-public`, private: `dossier-test-${run}-private` };
  const place: S3StorageSettings = {
    driver: "s3",
    buckets,
    region,
    endpoint,
    forcePathStyle: true,
    credentials,
  };
  const appUrl = "http://localhost:3000";
  const statics = publisher && { ...place, bucket: `dossier-test-${run}-static`, credentials: publisher };
  const client = createClient(store);
  return {
    settings: place,
    client,
    provisionInput: {
      settings: place,
      staticBucket: statics,
      appUrl,
      maxTicketSeconds: 86_400,
      sweepGraceSeconds: 3600,
    },
    doctorInputWith: (changed = {}) => ({
      storage: { ...place, ...changed },
      staticBucket: statics,
      appUrl,
      uploadTtl: 3600,
      maxUploadSeconds: 90_000,
    }),
    async remove() {
      for (const bucket of Object.values(buckets)) await removeBucketWithVersions(client, bucket);
      client.destroy();
      if (!publisher || !statics) return;
      const publisherClient = createClient(publisher);
      await removeBucketWithVersions(publisherClient, statics.bucket);
      publisherClient.destroy();
    },
  };
}

function createClient({ endpoint, region, accessKeyId, secretAccessKey }: TestStore): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

async function removeBucketWithVersions(client: S3Client, Bucket: string): Promise<void> {
  try {
    await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    await client.send(new DeleteBucketCommand({ Bucket }));
  } catch (error) {
    // Ceph 16 sometimes cannot remove a delete marker. The bucket then stays until the cluster
    // goes.
    const marked = errorNameOf(error) === "BucketNotEmpty" && (await hasOnlyDeleteMarkers(client, Bucket));
    if (errorNameOf(error) !== "NoSuchBucket" && !marked) throw error;
  }
}

async function hasOnlyDeleteMarkers(client: S3Client, Bucket: string): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  return Versions.length === 0 && DeleteMarkers.length > 0;
}
