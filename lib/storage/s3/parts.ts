import type {
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  Part as SdkPart,
} from "@aws-sdk/client-s3";
import { notFound, Problem } from "../../errors";
import { checkPrefix } from "../key";
import { arrived, checkNumber, checkOrder, notArrived } from "../parts";
import type { Part, SignedPart, SignedRequest, Unfinished } from "../storage";
import type { S3Bucket } from "./bucket";
import { bounded } from "./client";
import { attemptsOf, nameOf, nonsense, storeProblem } from "./errors";

/** Bytes per millisecond that any store is expected to manage when it joins parts: most only note where they lie, some copy them. */
const SLOWEST_JOIN = 8 * 1024;

type ArrivedPart = Part & { etag: string; sha256: string | undefined };

/**
 * AWS compares a part's SHA-256 only where the attempt was begun with that algorithm, and then asks for it in every part and again when they are
 * joined. Where the answer is lost the SDK begins a second attempt; nobody ever hears of the first one but `listUnfinished`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export async function beginParts(bucket: S3Bucket, key: string, type: string): Promise<string> {
  const input = { ...bucket.at(key), ...bucket.served(type), ChecksumAlgorithm: "SHA256" } as const;
  return bounded(async (signal) => {
    const { sdk, client } = await bucket.open();
    const command = new sdk.CreateMultipartUploadCommand(input);
    const { UploadId } = await client.send(command, { abortSignal: signal });
    if (!UploadId) throw nonsense("an attempt without a name");
    return UploadId;
  });
}

export async function signPart(
  bucket: S3Bucket,
  key: string,
  { multipartId, number, size, sha256, expiresIn }: SignedPart,
): Promise<SignedRequest> {
  const headers = { "x-amz-checksum-sha256": sha256, "x-amz-sdk-checksum-algorithm": "SHA256" };
  const { url, expiresAt } = await bucket.presign("PUT", key, {
    expiresIn,
    query: { partNumber: String(checkNumber(number)), uploadId: multipartId, "x-id": "UploadPart" },
    headers: { ...headers, "content-length": String(size) },
  });
  return { method: "PUT", url, headers, expiresAt };
}

export async function listParts(bucket: S3Bucket, key: string, multipartId: string): Promise<Part[] | null> {
  const at = bucket.at(key);
  const parts = await bounded((signal) => partsOf(bucket, { ...at, UploadId: multipartId }, signal));
  return parts?.map(({ number, size }) => ({ number, size })) ?? null;
}

/**
 * What is joined is what the store lists, never what a browser says of it. A success is believed only where the object then has the size of its parts:
 * Ceph 16 says 200 to an attempt of any name as long as something lies under the key. Where an answer was lost and the repetition is told that there
 * is no such attempt, or that an object is there, the same look decides; before the request there was none. A caller who is told `unavailable` asks
 * again and, told `not_found`, looks whether the object is there.
 */
export async function completeParts(
  bucket: S3Bucket,
  key: string,
  multipartId: string,
  parts: readonly Part[],
): Promise<void> {
  checkOrder(parts);
  const at = bucket.at(key);
  const attempt = { ...at, UploadId: multipartId };
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  await bounded(async (signal) => {
    const found = await partsOf(bucket, attempt, signal);
    if (!found) throw notFound();
    const ready = arrived(found, parts);
    // Somebody else may have made it of this very attempt since it was listed: then the attempt is over, and nothing stands in its way.
    if (await bucket.head(at, signal))
      throw (await partsOf(bucket, attempt, signal)) ? conflict() : notFound();
    const { sdk, client } = await bucket.open();
    const command = new sdk.CompleteMultipartUploadCommand({
      ...attempt,
      MultipartUpload: {
        Parts: ready.map(({ number, etag, sha256 }) => ({
          PartNumber: number,
          ETag: etag,
          ChecksumSHA256: sha256,
        })),
      },
      ...(bucket.createsOnly ? { IfNoneMatch: "*" } : {}),
    });
    let refused: unknown;
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      // A part was replaced after it was listed.
      if (nameOf(error) === "InvalidPart") throw notArrived(error);
      const repeated = attemptsOf(error) > 1;
      if (!repeated || !["not_found", "conflict"].includes(storeProblem(error).code)) throw error;
      refused = error;
    });
    const head = await bucket.head(at, signal);
    if (head?.ContentLength === total) return;
    throw refused ?? (head ? conflict() : nonsense("an object that was made and is not there"));
  }, total / SLOWEST_JOIN);
}

export async function abortParts(bucket: S3Bucket, key: string, multipartId: string): Promise<void> {
  const attempt = { ...bucket.at(key), UploadId: multipartId };
  await bounded(async (signal) => {
    const { sdk, client } = await bucket.open();
    const command = new sdk.AbortMultipartUploadCommand(attempt);
    try {
      const { $metadata } = await client.send(command, { abortSignal: signal });
      if ($metadata.httpStatusCode !== 204) throw nonsense("an abortion that is not 204");
    } catch (error) {
      if (storeProblem(error).code !== "not_found") throw error;
    }
  });
}

export async function* listUnfinished(bucket: S3Bucket, prefix: string): AsyncGenerator<Unfinished> {
  checkPrefix(prefix);
  let after: Markers | null = {};
  while (after) {
    const page: ListMultipartUploadsCommandOutput = await unfinishedPage(bucket, {
      Prefix: prefix,
      ...after,
    });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !UploadId || !Initiated) throw nonsense("an attempt without a name");
      yield { key: Key, multipartId: UploadId, begunAt: Initiated };
    }
    after = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : null;
  }
}

type Markers = Pick<ListMultipartUploadsCommandInput, "KeyMarker" | "UploadIdMarker">;

function unfinishedPage(
  bucket: S3Bucket,
  asked: Markers & { Prefix: string },
): Promise<ListMultipartUploadsCommandOutput> {
  return bounded(async (signal) => {
    const { sdk, client } = await bucket.open();
    const command = new sdk.ListMultipartUploadsCommand({ Bucket: bucket.name, ...asked });
    const page = await client.send(command, { abortSignal: signal });
    if (page.IsTruncated === undefined || page.Bucket !== bucket.name) throw nonsense("not a list");
    if (page.IsTruncated && !page.NextKeyMarker) throw nonsense("a list that cannot go on");
    return page;
  });
}

/** Null where the store knows no such attempt. */
async function partsOf(
  bucket: S3Bucket,
  attempt: { Bucket: string; Key: string; UploadId: string },
  signal: AbortSignal,
): Promise<ArrivedPart[] | null> {
  const { sdk, client } = await bucket.open();
  const parts: ArrivedPart[] = [];
  let marker: string | undefined;
  do {
    const command = new sdk.ListPartsCommand({ ...attempt, PartNumberMarker: marker });
    const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (storeProblem(error).code === "not_found") return null;
      throw error;
    });
    if (!page) return null;
    if (page.IsTruncated === undefined || page.UploadId !== attempt.UploadId) throw nonsense("not a list");
    parts.push(...(page.Parts ?? []).map(partOf));
    if (page.IsTruncated && !page.NextPartNumberMarker) throw nonsense("a list that cannot go on");
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker);
  return parts;
}

function partOf({ PartNumber, Size, ETag, ChecksumSHA256 }: SdkPart): ArrivedPart {
  if (PartNumber === undefined || Size === undefined || !ETag) throw nonsense("a part without a number");
  return { number: PartNumber, size: Size, etag: ETag, sha256: ChecksumSHA256 };
}

function conflict(): Problem {
  return new Problem("conflict", "There is a file under this key already.");
}
