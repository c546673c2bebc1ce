import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { formatContentDisposition } from "../content-disposition";
import { type BucketLocation, bucketUrl } from "./bucket-url";
import type { Credentials } from "./credentials";
import { type PresignInput, presign } from "./presign";

const sha256 = "dGhlIHNoYTI1NiBvZiB0aGUgYm9keSwgMzIgYnl0ZXM=";
const fixed: Credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret/of+the+test" };
const temporary: Credentials = { ...fixed, sessionToken: "session+token/with==" };
const now = new Date("2030-01-01T12:00:00Z");
const put: PresignInput = {
  method: "PUT",
  url: "https://media-private.s3.eu-west-2.amazonaws.com/quarantine/a-b_c.pdf",
  headers: {
    "content-type": "application/pdf",
    "content-length": "123456",
    "x-amz-checksum-sha256": sha256,
    "x-amz-sdk-checksum-algorithm": "SHA256",
    "if-none-match": "*",
  },
  query: { "x-id": "PutObject" },
  region: "eu-west-2",
  credentials: fixed,
  now,
  expiresIn: 900,
};

const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
const signatureOf = (url: string) => parametersOf(url)["X-Amz-Signature"];

describe("a presigned URL", () => {
  test("signs every header, the type and the exact length included", async () => {
    const parameters = parametersOf(await presign(put));
    expect(parameters).toMatchObject({
      "X-Amz-SignedHeaders":
        "content-length;content-type;host;if-none-match;x-amz-checksum-sha256;x-amz-sdk-checksum-algorithm",
      "X-Amz-Expires": "900",
      "X-Amz-Date": "20300101T120000Z",
      "x-id": "PutObject",
    });
    // In the query, no store would enforce the checksum.
    expect(Object.keys(parameters).filter((name) => name.startsWith("x-amz-"))).toEqual([]);
  });

  test.each<[string, Partial<PresignInput>]>([
    ["method", { method: "GET" }],
    ["key", { url: `${put.url}f` }],
    ["content type", { headers: { ...put.headers, "content-type": "text/html" } }],
    ["length", { headers: { ...put.headers, "content-length": "123457" } }],
    ["checksum", { headers: { ...put.headers, "x-amz-checksum-sha256": sha256.toLowerCase() } }],
    ["If-None-Match", { headers: { ...put.headers, "if-none-match": '"0"' } }],
    ["operation", { query: { "x-id": "UploadPart" } }],
    ["lifetime", { expiresIn: 901 }],
    ["secret", { credentials: { ...fixed, secretAccessKey: "another" } }],
  ])("has another signature for another %s", async (_, change) => {
    expect(signatureOf(await presign({ ...put, ...change }))).not.toBe(signatureOf(await presign(put)));
  });

  test("is the same for the same request", async () => {
    expect(await presign(put)).toBe(await presign(put));
  });
});

const store = (endpoint: string) => ({ bucket: "media-private", region: "us-east-1", endpoint });

const LOCATIONS: [string, BucketLocation][] = [
  ["AWS", { bucket: "media-private", region: "eu-west-2", forcePathStyle: false }],
  ["AWS in us-east-1", { bucket: "media-private", region: "us-east-1", forcePathStyle: false }],
  ["AWS in China", { bucket: "media-private", region: "cn-north-1", forcePathStyle: false }],
  ["AWS with path style", { bucket: "media-private", region: "eu-west-2", forcePathStyle: true }],
  ["an AWS bucket with dots", { bucket: "media.example.org", region: "eu-west-2", forcePathStyle: false }],
  ["a store with a host name", { ...store("https://store.example.org"), forcePathStyle: false }],
  ["a store with a port and a path", { ...store("http://store.example.org:9000/s3"), forcePathStyle: false }],
  ["a store with an IP address", { ...store("http://127.0.0.1:7480"), forcePathStyle: false }],
  ["a store with path style", { ...store("http://localhost:7480"), forcePathStyle: true }],
];

describe.each(LOCATIONS)("a presigned URL for %s equals the S3 client's", (_, location) => {
  const key = "files/0190-ab_c/original.v1";
  const object = { Bucket: location.bucket, Key: key };
  const checksum = { ContentLength: 5, ChecksumSHA256: sha256, ChecksumAlgorithm: "SHA256" } as const;
  const checksumHeaders = {
    "content-length": "5",
    "x-amz-checksum-sha256": sha256,
    "x-amz-sdk-checksum-algorithm": "SHA256",
  };

  test.each([fixed, temporary])("for a PUT", async (credentials) => {
    const headers = { ...checksumHeaders, "content-type": "application/pdf", "if-none-match": "*" };
    const command = { ...object, ...checksum, ContentType: "application/pdf", IfNoneMatch: "*" };
    await expectEqual(
      { method: "PUT", headers, query: { "x-id": "PutObject" }, credentials },
      (client, options) => getSignedUrl(client, new PutObjectCommand(command), options),
    );
  });

  test("for a part", async () => {
    const command = { ...object, ...checksum, PartNumber: 7, UploadId: "2~a/b+c==" };
    const query = { partNumber: "7", uploadId: "2~a/b+c==", "x-id": "UploadPart" };
    await expectEqual(
      { method: "PUT", headers: checksumHeaders, query, credentials: fixed },
      (client, options) => getSignedUrl(client, new UploadPartCommand(command), options),
    );
  });

  test("for a GET of a file name in any script", async () => {
    const disposition = formatContentDisposition("attachment", "Größe (2) 診断書 !'()*~%&+=#\"\\;é😀.pdf");
    const query = {
      "response-cache-control": "private, no-store",
      "response-content-disposition": disposition,
      "response-content-type": "application/pdf",
      "x-id": "GetObject",
    };
    const command = new GetObjectCommand({
      ...object,
      ResponseCacheControl: "private, no-store",
      ResponseContentDisposition: disposition,
      ResponseContentType: "application/pdf",
    });
    await expectEqual({ method: "GET", headers: {}, query, credentials: fixed }, (client, options) =>
      getSignedUrl(client, command, options),
    );
  });

  type SignOptions = Parameters<typeof getSignedUrl>[2];

  /** Signs the same request with `presign` and with a complete S3 client. */
  async function expectEqual(
    request: Pick<PresignInput, "method" | "query" | "credentials"> & { headers: Record<string, string> },
    signWithClient: (client: S3Client, options: SignOptions) => Promise<string>,
  ): Promise<void> {
    const { region, forcePathStyle, endpoint } = location;
    const url = `${bucketUrl(location)}/${key}`;
    const client = new S3Client({
      region,
      forcePathStyle,
      credentials: request.credentials,
      ...(endpoint ? { endpoint } : {}),
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    const expected = await signWithClient(client, {
      expiresIn: 900,
      signingDate: now,
      signableHeaders: new Set(["host", ...Object.keys(request.headers)]),
      unhoistableHeaders: new Set(["x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm"]),
    });
    const presigned = await presign({ ...request, url, region, now, expiresIn: 900 });
    expect([new URL(presigned).pathname, parametersOf(presigned)]).toEqual([
      new URL(expected).pathname,
      parametersOf(expected),
    ]);
    expect(new URL(presigned).host).toBe(new URL(expected).host);
  }
});
