import { randomBytes } from "node:crypto";
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Case, S3Place } from "../doctor/patient";
import type { Order } from "../provision/provision";
import { nameOf } from "../s3/errors";
import type { TestStore } from "./buckets";

/** Two buckets that are named and not made, and all that provisioning and the doctor are told of them. */
export type Ward = {
  place: S3Place;
  order: Order;
  /** What the doctor is told, with some of it changed. */
  caseWith(changed?: Partial<S3Place>): Case;
  client: S3Client;
  /** Removes the buckets that have been made meanwhile, and whatever is in them. */
  remove(): Promise<void>;
};

/** With `publisher` there is a bucket of static files besides, which is that user's alone. */
export function openWard(store: TestStore, publisher?: TestStore): Ward {
  const { endpoint, region, accessKeyId, secretAccessKey } = store;
  const credentials = { accessKeyId, secretAccessKey };
  const run = randomBytes(6).toString("hex");
  const buckets = { public: `dossier-ward-${run}-public`, private: `dossier-ward-${run}-private` };
  const place: S3Place = { driver: "s3", buckets, region, endpoint, forcePathStyle: true, credentials };
  const appUrl = "http://localhost:3000";
  const statics = publisher && { ...place, bucket: `dossier-ward-${run}-static`, credentials: publisher };
  const client = clientOf(store);
  return {
    place,
    client,
    order: { place, statics, appUrl, ticketLife: 86_400, grace: 3600 },
    caseWith: (changed = {}) => ({
      storage: { ...place, ...changed },
      statics,
      appUrl,
      uploadTtl: 3600,
      wanted: 90_000,
    }),
    async remove() {
      for (const bucket of Object.values(buckets)) await removeWhole(client, bucket);
      client.destroy();
      if (!publisher || !statics) return;
      const theirs = clientOf(publisher);
      await removeWhole(theirs, statics.bucket);
      theirs.destroy();
    },
  };
}

function clientOf({ endpoint, region, accessKeyId, secretAccessKey }: TestStore): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

async function removeWhole(client: S3Client, Bucket: string): Promise<void> {
  try {
    await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    await client.send(new DeleteBucketCommand({ Bucket }));
  } catch (error) {
    // Of a bucket that has kept versions Ceph 16 sometimes cannot remove a mark of what is gone; then the bucket stays until the cluster goes.
    const marked = nameOf(error) === "BucketNotEmpty" && (await hasMarksAlone(client, Bucket));
    if (nameOf(error) !== "NoSuchBucket" && !marked) throw error;
  }
}

async function hasMarksAlone(client: S3Client, Bucket: string): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  return Versions.length === 0 && DeleteMarkers.length > 0;
}
