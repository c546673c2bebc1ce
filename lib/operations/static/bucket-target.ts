import type { S3Client } from "@aws-sdk/client-s3";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import type { StaticTarget } from "./target";

export type StaticBucketSettings = {
  bucket: string;
  region: string;
  endpoint?: string | undefined;
  forcePathStyle: boolean;
  /** The publisher's own; never those of the media. The SDK's chain where undefined. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
};

/** Milliseconds until a store counts as away, and for one file to pass. */
const [CONNECTING, PASSING] = [5_000, 120_000];
/** How often a write is tried that met another of the same file (409, which AWS asks to repeat). */
const MAX_ATTEMPTS = 3;

/** A bucket behind a CDN. Throws plain errors that name the bucket and say what its store answered, for the person who publishes. */
export async function createBucketTarget(place: StaticBucketSettings): Promise<StaticTarget & { close(): void }> {
  const sdk = await import("@aws-sdk/client-s3");
  const { bucket: Bucket, region, endpoint, forcePathStyle, credentials } = place;
  const client: S3Client = new sdk.S3Client({
    region,
    forcePathStyle,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // Waiting for "100 Continue" takes 6 s where a store never says it.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: CONNECTING, requestTimeout: PASSING, throwOnRequestTimeout: true },
  });
  const name = `s3://${Bucket}`;
  const told = (error: unknown) =>
    new Error(`${name}${endpoint ? ` at ${endpoint}` : ""}: ${describeStoreError(error)}`, { cause: error });
  return {
    name,
    isDurable: true,
    async *list(prefix) {
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix });
      try {
        for await (const { Contents = [] } of pages)
          for (const { Key } of Contents) if (Key !== undefined) yield { key: Key };
      } catch (error) {
        throw told(error);
      }
    },
    async read(Key) {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
        return Body ? Buffer.from(await Body.transformToByteArray()) : null;
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return null;
        throw told(error);
      }
    },
    async put(Key, Body, { contentType, cacheControl, contentEncoding }, { replace }) {
      const served = {
        ContentType: contentType,
        CacheControl: cacheControl,
        ContentEncoding: contentEncoding,
      };
      const command = (condition: { IfNoneMatch?: "*" }) =>
        new sdk.PutObjectCommand({ Bucket, Key, Body, ...served, ...condition });
      for (let tries = 1; ; tries += 1) {
        try {
          await client.send(command(replace ? {} : { IfNoneMatch: "*" }));
          return true;
        } catch (error) {
          const status = httpStatusOf(error);
          // Another publication was first.
          if (status === 412) return false;
          if (status !== 409 || tries === MAX_ATTEMPTS) throw told(error);
        }
      }
    },
    async remove(Key) {
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
      } catch (error) {
        throw told(error);
      }
    },
    close: () => client.destroy(),
  };
}

const ERROR_HINTS = new Map([
  ["NoSuchBucket", "There is no such bucket; `npm run storage -- provision` makes it."],
  ["InvalidAccessKeyId", "The store does not know this access key."],
  ["SignatureDoesNotMatch", "The secret key is not the one of this access key."],
  ["AccessDenied", "These keys may not do this here."],
]);

function describeStoreError(error: unknown): string {
  const status = httpStatusOf(error);
  if (status !== undefined) {
    const name = errorNameOf(error);
    return `${ERROR_HINTS.get(name) ?? "The store refuses."} (${status} ${name})`;
  }
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : error.message || error.name;
  return `The store cannot be reached (${code}).`;
}
