import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { requireKeyPrefix } from "../key";
import type { ListedObject } from "../storage";
import type { S3Bucket } from "./bucket";
import { callStore } from "./client";
import { invalidResponse } from "./errors";

export async function* listObjects(bucket: S3Bucket, prefix: string): AsyncGenerator<ListedObject> {
  requireKeyPrefix(prefix);
  let token: string | undefined;
  do {
    const page = await listObjectsPage(bucket, { Prefix: prefix, ContinuationToken: token });
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key === undefined || Size === undefined || !LastModified)
        throw invalidResponse("an entry without a key");
      yield { key: Key, size: Size, modifiedAt: LastModified };
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token);
}

export function listObjectsPage(
  bucket: S3Bucket,
  input: Pick<ListObjectsV2CommandInput, "Prefix" | "ContinuationToken" | "MaxKeys">,
): Promise<ListObjectsV2CommandOutput> {
  return callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.ListObjectsV2Command({ Bucket: bucket.name, ...input });
    const page = await client.send(command, { abortSignal: signal });
    if (page.IsTruncated === undefined || page.Name !== bucket.name) throw invalidResponse("not a list");
    if (page.IsTruncated && !page.NextContinuationToken) throw invalidResponse("a list without a next page");
    return page;
  });
}
