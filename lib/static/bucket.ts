import type { S3Client } from "@aws-sdk/client-s3";
import type { StaticTarget } from "./target";

export type StaticBucket = {
  bucket: string;
  region: string;
  endpoint?: string | undefined;
  forcePathStyle: boolean;
  /** The publisher's own; never those of the media. The SDK's chain where undefined. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
};

/** A bucket behind a CDN. The SDK's errors are thrown as they are: a person runs this, and they say most. */
export async function bucketTarget(place: StaticBucket): Promise<StaticTarget & { close(): void }> {
  const sdk = await import("@aws-sdk/client-s3");
  const { bucket: Bucket, region, endpoint, forcePathStyle, credentials } = place;
  const client: S3Client = new sdk.S3Client({
    region,
    forcePathStyle,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return {
    name: `s3://${Bucket}`,
    async *list(prefix) {
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages)
        for (const { Key, Size } of Contents)
          if (Key !== undefined && Size !== undefined) yield { key: Key, size: Size };
    },
    async read(Key) {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
        return Body ? Buffer.from(await Body.transformToByteArray()) : null;
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return null;
        throw error;
      }
    },
    async put(Key, Body, { contentType, cacheControl, contentEncoding }, { replace }) {
      const served = {
        ContentType: contentType,
        CacheControl: cacheControl,
        ContentEncoding: contentEncoding,
      };
      const condition = replace ? {} : { IfNoneMatch: "*" };
      try {
        await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...served, ...condition }));
      } catch (error) {
        // Another publication of the same build was first.
        if (!(error instanceof sdk.S3ServiceException && error.$metadata.httpStatusCode === 412)) throw error;
      }
    },
    async remove(Key) {
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    },
    close: () => client.destroy(),
  };
}
