import type { S3Client } from "@aws-sdk/client-s3";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import type { StaticBucketSettings } from "./static-bucket";
import type { StaticTarget } from "./target";

const [CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS] = [5_000, 120_000];
/** For a write that conflicts with another of the same key: AWS asks to repeat it after a 409. */
const MAX_ATTEMPTS = 3;

/**
 * Creates a target for a bucket behind a CDN. Its errors name the bucket and the store's response.
 */
export async function createBucketTarget(
  settings: StaticBucketSettings,
): Promise<StaticTarget & { close(): void }> {
  const sdk = await import("@aws-sdk/client-s3");
  const { bucket: Bucket, region, endpoint, forcePathStyle, credentials } = settings;
  const client: S3Client = new sdk.S3Client({
    region,
    forcePathStyle,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A store that never sends "100 Continue" would cost 6 s.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  const name = `s3://${Bucket}`;
  const storeError = (error: unknown) =>
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
        throw storeError(error);
      }
    },
    async read(Key) {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
        return Body ? Buffer.from(await Body.transformToByteArray()) : null;
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return null;
        throw storeError(error);
      }
    },
    async put(Key, Body, { contentType, cacheControl, contentEncoding }, { replace }) {
      const headers = {
        ContentType: contentType,
        CacheControl: cacheControl,
        ContentEncoding: contentEncoding,
      };
      const command = (condition: { IfNoneMatch?: "*" }) =>
        new sdk.PutObjectCommand({ Bucket, Key, Body, ...headers, ...condition });
      for (let attempt = 1; ; attempt += 1) {
        try {
          await client.send(command(replace ? {} : { IfNoneMatch: "*" }));
          return true;
        } catch (error) {
          const status = httpStatusOf(error);
          // Another publication wrote the key first.
          if (status === 412) return false;
          if (status !== 409 || attempt === MAX_ATTEMPTS) throw storeError(error);
        }
      }
    },
    async remove(Key) {
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
      } catch (error) {
        throw storeError(error);
      }
    },
    close: () => client.destroy(),
  };
}

const ERROR_HINTS = new Map([
  ["NoSuchBucket", "There is no such bucket. Run `npm run storage -- provision` to create it."],
  ["InvalidAccessKeyId", "The store does not know this access key."],
  ["SignatureDoesNotMatch", "The secret key does not belong to this access key."],
  ["AccessDenied", "These credentials lack the permission."],
]);

function describeStoreError(error: unknown): string {
  const status = httpStatusOf(error);
  if (status !== undefined) {
    const name = errorNameOf(error);
    return `${ERROR_HINTS.get(name) ?? "The store rejects the request."} (${status} ${name})`;
  }
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : error.message || error.name;
  return `The store cannot be reached (${code}).`;
}
