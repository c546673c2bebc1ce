import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import { Problem } from "../../errors";
import type { ObjectLocation, S3Bucket } from "./bucket";
import { callStore } from "./client";
import { invalidResponse, httpStatusOf } from "./errors";
import { parseStat } from "./stat";

/** Bytes per millisecond that any store is expected to manage within itself: some only note where the bytes lie, some move them. */
const MIN_COPY_RATE = 8 * 1024;

/** Copies an object of up to 5 GiB, S3's limit for one call, from any bucket to `to`; `size` says how long that may take. */
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
    const send = (more: Partial<CopyObjectCommandInput>) =>
      client.send(new sdk.CopyObjectCommand({ ...input, ...more }), { abortSignal: signal });
    // What AWS hashes while it copies it vouches for as a whole, even where it came in parts. R2 does not copy then.
    const { CopyObjectResult } = await send({ ChecksumAlgorithm: "SHA256" }).catch((error: unknown) =>
      httpStatusOf(error) === 501 ? send({}) : Promise.reject(error),
    );
    if (!CopyObjectResult?.ETag) throw invalidResponse("no result of the copy");
  }, size / MIN_COPY_RATE);
}

/** Where a condition of the copy itself is not heeded, the look before has to do. */
async function requireAbsent(to: S3Bucket, target: ObjectLocation): Promise<void> {
  const there = await callStore((signal) => to.head(target, signal));
  if (there && parseStat(there)) throw new Problem("conflict", "There is a file under this key already.");
}
