import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { checkPrefix } from "../key";
import type { S3Bucket } from "./bucket";
import { bounded } from "./client";
import { nonsense } from "./errors";

type Listed = { key: string; size: number; modifiedAt: Date };

export async function* listObjects(bucket: S3Bucket, prefix: string): AsyncGenerator<Listed> {
  checkPrefix(prefix);
  let token: string | undefined;
  do {
    const page = await objectsPage(bucket, { Prefix: prefix, ContinuationToken: token });
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key === undefined || Size === undefined || !LastModified) throw nonsense("an entry without a key");
      yield { key: Key, size: Size, modifiedAt: LastModified };
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token);
}

export function objectsPage(
  bucket: S3Bucket,
  asked: Pick<ListObjectsV2CommandInput, "Prefix" | "ContinuationToken" | "MaxKeys">,
): Promise<ListObjectsV2CommandOutput> {
  return bounded(async (signal) => {
    const { sdk, client } = await bucket.open();
    const command = new sdk.ListObjectsV2Command({ Bucket: bucket.name, ...asked });
    const page = await client.send(command, { abortSignal: signal });
    if (page.IsTruncated === undefined || page.Name !== bucket.name) throw nonsense("not a list");
    if (page.IsTruncated && !page.NextContinuationToken) throw nonsense("a list that cannot go on");
    return page;
  });
}
