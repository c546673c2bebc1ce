import type {
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  Part as SdkPart,
} from "@aws-sdk/client-s3";
import { notFoundProblem, Problem } from "../../errors";
import { requireKeyPrefix } from "../key";
import { matchParts, requirePartNumber, requirePartOrder, missingPartsProblem } from "../multipart-parts";
import type { Part, SignedPart, SignedRequest, MultipartUpload } from "../storage";
import type { S3Bucket } from "./bucket";
import { callStore } from "./client";
import { attemptCountOf, errorNameOf, invalidResponse, toStoreProblem } from "./errors";

/** Bytes per millisecond that any store is expected to manage when it joins parts: most only note where they lie, some copy them. */
const MIN_JOIN_RATE = 8 * 1024;

type ListedPart = Part & { etag: string; sha256: string | undefined };

/**
 * AWS compares a part's SHA-256 only where the attempt was begun with that algorithm, and then asks for it in every part and again when they are
 * joined. Where the answer is lost the SDK begins a second attempt; nobody ever hears of the first one but `listUnfinished`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export async function createMultipartUpload(bucket: S3Bucket, key: string, type: string): Promise<string> {
  const input = { ...bucket.locate(key), ...bucket.objectHeaders(type), ChecksumAlgorithm: "SHA256" } as const;
  return callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.CreateMultipartUploadCommand(input);
    const { UploadId } = await client.send(command, { abortSignal: signal });
    if (!UploadId) throw invalidResponse("an attempt without a name");
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
    query: { partNumber: String(requirePartNumber(number)), uploadId: multipartId, "x-id": "UploadPart" },
    headers: { ...headers, "content-length": String(size) },
  });
  return { method: "PUT", url, headers, expiresAt };
}

export async function listParts(bucket: S3Bucket, key: string, multipartId: string): Promise<Part[] | null> {
  const at = bucket.locate(key);
  const parts = await callStore((signal) => listAllParts(bucket, { ...at, UploadId: multipartId }, signal));
  return parts?.map(({ number, size }) => ({ number, size })) ?? null;
}

/**
 * What is joined is what the store lists, never what a browser says of it. A success is believed only where the object then has the size of its parts:
 * Ceph 16 says 200 to an attempt of any name as long as something lies under the key. Where an answer was lost and the repetition is told that there
 * is no such attempt, or that an object is there, the same look decides; before the request there was none. A caller who is told `unavailable` asks
 * again and, told `not_found`, looks whether the object is there.
 */
export async function completeMultipartUpload(
  bucket: S3Bucket,
  key: string,
  multipartId: string,
  parts: readonly Part[],
): Promise<void> {
  requirePartOrder(parts);
  const at = bucket.locate(key);
  const attempt = { ...at, UploadId: multipartId };
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  await callStore(async (signal) => {
    const found = await listAllParts(bucket, attempt, signal);
    if (!found) throw notFoundProblem();
    const ready = matchParts(found, parts);
    // Somebody else may have made it of this very attempt since it was listed: then the attempt is over, and nothing stands in its way.
    if (await bucket.head(at, signal))
      throw (await listAllParts(bucket, attempt, signal)) ? conflictProblem() : notFoundProblem();
    const { sdk, client } = await bucket.connect();
    const command = new sdk.CompleteMultipartUploadCommand({
      ...attempt,
      MultipartUpload: {
        Parts: ready.map(({ number, etag, sha256 }) => ({
          PartNumber: number,
          ETag: etag,
          ChecksumSHA256: sha256,
        })),
      },
      ...(bucket.supportsConditionalCreate ? { IfNoneMatch: "*" } : {}),
    });
    let refused: unknown;
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      // A part was replaced after it was listed.
      if (errorNameOf(error) === "InvalidPart") throw missingPartsProblem(error);
      const repeated = attemptCountOf(error) > 1;
      if (!repeated || !["not_found", "conflict"].includes(toStoreProblem(error).code)) throw error;
      refused = error;
    });
    const head = await bucket.head(at, signal);
    if (head?.ContentLength === total) return;
    throw refused ?? (head ? conflictProblem() : invalidResponse("an object that was made and is not there"));
  }, total / MIN_JOIN_RATE);
}

export async function abortMultipartUpload(bucket: S3Bucket, key: string, multipartId: string): Promise<void> {
  const attempt = { ...bucket.locate(key), UploadId: multipartId };
  await callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.AbortMultipartUploadCommand(attempt);
    try {
      const { $metadata } = await client.send(command, { abortSignal: signal });
      if ($metadata.httpStatusCode !== 204) throw invalidResponse("an abortion that is not 204");
    } catch (error) {
      if (toStoreProblem(error).code !== "not_found") throw error;
    }
  });
}

export async function* listMultipartUploads(bucket: S3Bucket, prefix: string): AsyncGenerator<MultipartUpload> {
  requireKeyPrefix(prefix);
  let after: UploadMarkers | null = {};
  while (after) {
    const page: ListMultipartUploadsCommandOutput = await listUploadsPage(bucket, {
      Prefix: prefix,
      ...after,
    });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !UploadId || !Initiated) throw invalidResponse("an attempt without a name");
      yield { key: Key, multipartId: UploadId, initiatedAt: Initiated };
    }
    after = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : null;
  }
}

type UploadMarkers = Pick<ListMultipartUploadsCommandInput, "KeyMarker" | "UploadIdMarker">;

function listUploadsPage(
  bucket: S3Bucket,
  asked: UploadMarkers & { Prefix: string },
): Promise<ListMultipartUploadsCommandOutput> {
  return callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.ListMultipartUploadsCommand({ Bucket: bucket.name, ...asked });
    const page = await client.send(command, { abortSignal: signal });
    if (page.IsTruncated === undefined || page.Bucket !== bucket.name) throw invalidResponse("not a list");
    if (page.IsTruncated && !page.NextKeyMarker) throw invalidResponse("a list that cannot go on");
    return page;
  });
}

/** Null where the store knows no such attempt. */
async function listAllParts(
  bucket: S3Bucket,
  attempt: { Bucket: string; Key: string; UploadId: string },
  signal: AbortSignal,
): Promise<ListedPart[] | null> {
  const { sdk, client } = await bucket.connect();
  const parts: ListedPart[] = [];
  let marker: string | undefined;
  do {
    const command = new sdk.ListPartsCommand({ ...attempt, PartNumberMarker: marker });
    const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (toStoreProblem(error).code === "not_found") return null;
      throw error;
    });
    if (!page) return null;
    if (page.IsTruncated === undefined || page.UploadId !== attempt.UploadId) throw invalidResponse("not a list");
    parts.push(...(page.Parts ?? []).map(toListedPart));
    if (page.IsTruncated && !page.NextPartNumberMarker) throw invalidResponse("a list that cannot go on");
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker);
  return parts;
}

function toListedPart({ PartNumber, Size, ETag, ChecksumSHA256 }: SdkPart): ListedPart {
  if (PartNumber === undefined || Size === undefined || !ETag) throw invalidResponse("a part without a number");
  return { number: PartNumber, size: Size, etag: ETag, sha256: ChecksumSHA256 };
}

function conflictProblem(): Problem {
  return new Problem("conflict", "There is a file under this key already.");
}
