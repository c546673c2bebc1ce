import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import type { ObjectLocation, S3Bucket } from "./bucket";
import { callStore } from "./client";
import { conflictProblem, httpStatusOf, invalidResponse } from "./errors";
import { parseStat } from "./stat";

/** Bytes per millisecond that every store is expected to copy. Some stores move the bytes. */
const MIN_COPY_RATE = 8 * 1024;

/**
 * Copies an object to the bucket `to`. `size` in bytes sets the timeout. S3 copies at most 5 GiB
 * in one call.
 */
export async function copyObject(
  from: ObjectLocation,
  size: number,
  to: S3Bucket,
  target: ObjectLocation & Pick<CopyObjectCommandInput, "ContentType" | "CacheControl">,
): Promise<void> {
  if (!to.supportsConditionalCreate) await requireAbsent(to, target);
  await callStore(async (signal) => {
    const { sdk, client } = await to.connect();
    const input: CopyObjectCommandInput = {
      ...target,
      CopySource: `${from.Bucket}/${from.Key}`,
      MetadataDirective: "REPLACE",
      ...(to.supportsConditionalCreate ? { IfNoneMatch: "*" } : {}),
    };
    const send = (extra: Partial<CopyObjectCommandInput>) =>
      client.send(new sdk.CopyObjectCommand({ ...input, ...extra }), { abortSignal: signal });
    // AWS then returns the SHA-256 of the whole copy, even for a multipart source. R2 answers 501.
    const { CopyObjectResult } = await send({ ChecksumAlgorithm: "SHA256" }).catch((error: unknown) =>
      httpStatusOf(error) === 501 ? send({}) : Promise.reject(error),
    );
    if (!CopyObjectResult?.ETag) throw invalidResponse("no result of the copy");
  }, size / MIN_COPY_RATE);
}

/** Checks beforehand, because the store ignores a condition on the copy itself. */
async function requireAbsent(to: S3Bucket, target: ObjectLocation): Promise<void> {
  const head = await callStore((signal) => to.head(target, signal));
  if (head && parseStat(head)) throw conflictProblem();
}
