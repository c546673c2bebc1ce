import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import { Problem } from "../../errors";
import type { Address, S3Bucket } from "./bucket";
import { bounded } from "./client";
import { nonsense, statusOf } from "./errors";
import { statOf } from "./stat";

/** Bytes per millisecond that any store is expected to manage within itself: some only note where the bytes lie, some move them. */
const SLOWEST = 8 * 1024;

/** Copies an object of up to 5 GiB, S3's limit for one call, from any bucket to `to`; `size` says how long that may take. */
export async function copyObject(
  from: Address,
  size: number,
  to: S3Bucket,
  target: Address & Pick<CopyObjectCommandInput, "ContentType" | "CacheControl">,
): Promise<void> {
  if (!to.createsOnly) await requireAbsent(to, target);
  await bounded(async (signal) => {
    const { sdk, client } = await to.open();
    const input: CopyObjectCommandInput = {
      ...target,
      CopySource: `${from.Bucket}/${from.Key}`,
      MetadataDirective: "REPLACE",
      ...(to.createsOnly ? { IfNoneMatch: "*" } : {}),
    };
    const send = (more: Partial<CopyObjectCommandInput>) =>
      client.send(new sdk.CopyObjectCommand({ ...input, ...more }), { abortSignal: signal });
    // What AWS hashes while it copies it vouches for as a whole, even where it came in parts. R2 does not copy then.
    const { CopyObjectResult } = await send({ ChecksumAlgorithm: "SHA256" }).catch((error: unknown) =>
      statusOf(error) === 501 ? send({}) : Promise.reject(error),
    );
    if (!CopyObjectResult?.ETag) throw nonsense("no result of the copy");
  }, size / SLOWEST);
}

/** Where a condition of the copy itself is not heeded, the look before has to do. */
async function requireAbsent(to: S3Bucket, target: Address): Promise<void> {
  const there = await bounded((signal) => to.head(target, signal));
  if (there && statOf(there)) throw new Problem("conflict", "There is a file under this key already.");
}
