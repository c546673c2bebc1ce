import type {
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  Part as SdkPart,
} from "@aws-sdk/client-s3";
import { notFoundProblem } from "../../errors";
import { requireKeyPrefix } from "../key";
import { matchParts, missingPartsProblem, requirePartNumber, requirePartOrder } from "../multipart-parts";
import type { MultipartUpload, Part, SignedPart, SignedRequest } from "../storage";
import type { S3Bucket } from "./bucket";
import { callStore } from "./client";
import { attemptCountOf, conflictProblem, errorNameOf, invalidResponse, toStoreProblem } from "./errors";

/** Bytes per millisecond that every store is expected to complete. Some stores copy the parts. */
const MIN_COMPLETION_RATE = 8 * 1024;

type ListedPart = Part & { etag: string; sha256: string | undefined };

/**
 * Creates a multipart upload that uses SHA-256. AWS compares the SHA-256 of a part only then, and
 * then requires it for each part and again at completion. If the response is lost, the SDK creates
 * a second upload; only `listMultipartUploads` shows the first one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export async function createMultipartUpload(bucket: S3Bucket, key: string, type: string): Promise<string> {
  const input = {
    ...bucket.locate(key),
    ...bucket.objectHeaders(type),
    ChecksumAlgorithm: "SHA256",
  } as const;
  return callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.CreateMultipartUploadCommand(input);
    const { UploadId } = await client.send(command, { abortSignal: signal });
    if (!UploadId) throw invalidResponse("a multipart upload without an id");
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
  const upload = { ...bucket.locate(key), UploadId: multipartId };
  const parts = await callStore((signal) => listAllParts(bucket, upload, signal));
  return parts?.map(({ number, size }) => ({ number, size })) ?? null;
}

/**
 * Completes the upload with the parts that the store lists, never with what a browser claims.
 *
 * A success counts only if the object then has the total size of the parts: Ceph 16 returns 200
 * for any upload id while an object exists at the key. If the response to the first request is
 * lost and the retry returns `not_found` or `conflict`, the same check decides, because no object
 * existed before the request. After `unavailable`, the caller calls again; after `not_found`, it
 * checks whether the object exists.
 */
export async function completeMultipartUpload(
  bucket: S3Bucket,
  key: string,
  multipartId: string,
  parts: readonly Part[],
): Promise<void> {
  requirePartOrder(parts);
  const object = bucket.locate(key);
  const upload = { ...object, UploadId: multipartId };
  const totalSize = parts.reduce((sum, { size }) => sum + size, 0);
  await callStore(async (signal) => {
    const listed = await listAllParts(bucket, upload, signal);
    if (!listed) throw notFoundProblem();
    const matched = matchParts(listed, parts);
    // A concurrent call may have completed this upload after the list: then the upload is gone.
    if (await bucket.head(object, signal))
      throw (await listAllParts(bucket, upload, signal)) ? conflictProblem() : notFoundProblem();
    const { sdk, client } = await bucket.connect();
    const command = new sdk.CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: {
        Parts: matched.map(({ number, etag, sha256 }) => ({
          PartNumber: number,
          ETag: etag,
          ChecksumSHA256: sha256,
        })),
      },
      ...(bucket.supportsConditionalCreate ? { IfNoneMatch: "*" } : {}),
    });
    let retryError: unknown;
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      // A part was replaced after it was listed.
      if (errorNameOf(error) === "InvalidPart") throw missingPartsProblem(error);
      const isRetry = attemptCountOf(error) > 1;
      if (!isRetry || !["not_found", "conflict"].includes(toStoreProblem(error).code)) throw error;
      retryError = error;
    });
    const head = await bucket.head(object, signal);
    if (head?.ContentLength === totalSize) return;
    throw (
      retryError ?? (head ? conflictProblem() : invalidResponse("a completed object that does not exist"))
    );
  }, totalSize / MIN_COMPLETION_RATE);
}

export async function abortMultipartUpload(
  bucket: S3Bucket,
  key: string,
  multipartId: string,
): Promise<void> {
  const upload = { ...bucket.locate(key), UploadId: multipartId };
  await callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.AbortMultipartUploadCommand(upload);
    try {
      const { $metadata } = await client.send(command, { abortSignal: signal });
      if ($metadata.httpStatusCode !== 204) throw invalidResponse("an abort that is not 204");
    } catch (error) {
      if (toStoreProblem(error).code !== "not_found") throw error;
    }
  });
}

export async function* listMultipartUploads(
  bucket: S3Bucket,
  prefix: string,
): AsyncGenerator<MultipartUpload> {
  requireKeyPrefix(prefix);
  let markers: UploadMarkers | null = {};
  while (markers) {
    const page: ListMultipartUploadsCommandOutput = await listUploadsPage(bucket, {
      Prefix: prefix,
      ...markers,
    });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !UploadId || !Initiated) throw invalidResponse("a multipart upload without an id");
      yield { key: Key, multipartId: UploadId, initiatedAt: Initiated };
    }
    markers = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : null;
  }
}

type UploadMarkers = Pick<ListMultipartUploadsCommandInput, "KeyMarker" | "UploadIdMarker">;

function listUploadsPage(
  bucket: S3Bucket,
  input: UploadMarkers & { Prefix: string },
): Promise<ListMultipartUploadsCommandOutput> {
  return callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    const command = new sdk.ListMultipartUploadsCommand({ Bucket: bucket.name, ...input });
    const page = await client.send(command, { abortSignal: signal });
    if (page.IsTruncated === undefined || page.Bucket !== bucket.name) throw invalidResponse("not a list");
    if (page.IsTruncated && !page.NextKeyMarker) throw invalidResponse("a list without a next page");
    return page;
  });
}

/** Returns null if the store knows no such upload. */
async function listAllParts(
  bucket: S3Bucket,
  upload: { Bucket: string; Key: string; UploadId: string },
  signal: AbortSignal,
): Promise<ListedPart[] | null> {
  const { sdk, client } = await bucket.connect();
  const parts: ListedPart[] = [];
  let marker: string | undefined;
  do {
    const command = new sdk.ListPartsCommand({ ...upload, PartNumberMarker: marker });
    const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (toStoreProblem(error).code === "not_found") return null;
      throw error;
    });
    if (!page) return null;
    if (page.IsTruncated === undefined || page.UploadId !== upload.UploadId)
      throw invalidResponse("not a list");
    parts.push(...(page.Parts ?? []).map(toListedPart));
    if (page.IsTruncated && !page.NextPartNumberMarker) throw invalidResponse("a list without a next page");
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker);
  return parts;
}

function toListedPart({ PartNumber, Size, ETag, ChecksumSHA256 }: SdkPart): ListedPart {
  if (PartNumber === undefined || Size === undefined || !ETag)
    throw invalidResponse("a part without a number");
  return { number: PartNumber, size: Size, etag: ETag, sha256: ChecksumSHA256 };
}
