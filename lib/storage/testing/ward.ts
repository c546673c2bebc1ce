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

export function openWard(store: TestStore): Ward {
  const { endpoint, region, accessKeyId, secretAccessKey } = store;
  const credentials = { accessKeyId, secretAccessKey };
  const run = randomBytes(6).toString("hex");
  const buckets = { public: `dossier-ward-${run}-public`, private: `dossier-ward-${run}-private` };
  const place: S3Place = { driver: "s3", buckets, region, endpoint, forcePathStyle: true, credentials };
  const appUrl = "http://localhost:3000";
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  return {
    place,
    client,
    order: { place, appUrl, ticketLife: 86_400, grace: 3600 },
    caseWith: (changed = {}) => ({
      storage: { ...place, ...changed },
      appUrl,
      uploadTtl: 3600,
    }),
    async remove() {
      for (const Bucket of Object.values(buckets))
        await removeWhole(client, Bucket).catch((error: unknown) => {
          if (nameOf(error) !== "NoSuchBucket") throw error;
        });
      client.destroy();
    },
  };
}

async function removeWhole(client: S3Client, Bucket: string): Promise<void> {
  await client.send(new DeleteBucketPolicyCommand({ Bucket }));
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  await client.send(new DeleteBucketCommand({ Bucket }));
}
