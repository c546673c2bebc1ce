import { randomBytes, randomInt } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { dispositionOf } from "./disposition";
import { type BucketPlace, bucketUrl } from "./s3-address";
import { type Credentials, presign } from "./sigv4";

const PLACES: [string, BucketPlace][] = [
  ["AWS", { bucket: "media-private", region: "eu-west-2", forcePathStyle: false }],
  ["AWS in us-east-1", { bucket: "media-private", region: "us-east-1", forcePathStyle: false }],
  ["AWS in China", { bucket: "media-private", region: "cn-north-1", forcePathStyle: false }],
  ["AWS, path style", { bucket: "media-private", region: "eu-west-2", forcePathStyle: true }],
  ["AWS, a bucket with dots", { bucket: "media.example.org", region: "eu-west-2", forcePathStyle: false }],
  ["a store by name", { ...at("https://store.example.org"), forcePathStyle: false }],
  [
    "a store by name, with a port and a path",
    { ...at("http://store.example.org:9000/s3"), forcePathStyle: false },
  ],
  ["a store by address", { ...at("http://127.0.0.1:7480"), forcePathStyle: false }],
  ["a store, path style", { ...at("http://localhost:7480"), forcePathStyle: true }],
];

function at(endpoint: string) {
  return { bucket: "media-private", region: "us-east-1", endpoint };
}

describe.each(PLACES)("an address for %s", (_, place) => {
  test("to put is the SDK's to the letter, for 60 random uploads", async () => {
    for (let round = 0; round < 60; round++) {
      const { key, credentials, now, expiresIn } = random();
      const [type, size] = [
        pick(["application/pdf", "image/jpeg", "text/plain; charset=utf-8"]),
        randomInt(2 ** 32),
      ];
      const sha256 = randomBytes(32).toString("base64");
      const headers = {
        "content-type": type,
        "content-length": String(size),
        "x-amz-checksum-sha256": sha256,
        "x-amz-sdk-checksum-algorithm": "SHA256",
        "if-none-match": "*",
      };
      const { region } = place;
      const url = `${bucketUrl(place)}/${key}`;
      const query = { "x-id": "PutObject" };
      const ours = presign({ method: "PUT", url, headers, query, region, credentials, now, expiresIn });
      const command = new PutObjectCommand({
        Bucket: place.bucket,
        Key: key,
        ContentType: type,
        ContentLength: size,
        ChecksumSHA256: sha256,
        ChecksumAlgorithm: "SHA256",
        IfNoneMatch: "*",
      });
      const theirs = await getSignedUrl(client(place, credentials), command, {
        expiresIn,
        signingDate: now,
        signableHeaders: new Set(["host", ...Object.keys(headers)]),
        unhoistableHeaders: new Set(["x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm"]),
      });
      expect(ours).toBe(theirs);
    }
  });

  test("to send a part is the SDK's to the letter, for 60 random parts", async () => {
    for (let round = 0; round < 60; round++) {
      const { key, credentials, now, expiresIn } = random();
      const [number, size] = [randomInt(1, 10_001), randomInt(2 ** 32)];
      const sha256 = randomBytes(32).toString("base64");
      const uploadId = pick([`2~${randomBytes(20).toString("base64")}`, randomBytes(16).toString("hex")]);
      const headers = {
        "content-length": String(size),
        "x-amz-checksum-sha256": sha256,
        "x-amz-sdk-checksum-algorithm": "SHA256",
      };
      const { region } = place;
      const url = `${bucketUrl(place)}/${key}`;
      const query = { partNumber: String(number), uploadId, "x-id": "UploadPart" };
      const ours = presign({ method: "PUT", url, headers, query, region, credentials, now, expiresIn });
      const command = new UploadPartCommand({
        Bucket: place.bucket,
        Key: key,
        PartNumber: number,
        UploadId: uploadId,
        ContentLength: size,
        ChecksumSHA256: sha256,
        ChecksumAlgorithm: "SHA256",
      });
      const theirs = await getSignedUrl(client(place, credentials), command, {
        expiresIn,
        signingDate: now,
        signableHeaders: new Set(["host", ...Object.keys(headers)]),
        unhoistableHeaders: new Set(["x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm"]),
      });
      expect(ours).toBe(theirs);
    }
  });

  test("to get is the SDK's to the letter, for 60 random names in any script", async () => {
    for (let round = 0; round < 60; round++) {
      const { key, credentials, now, expiresIn } = random();
      const disposition = dispositionOf(pick(["inline", "attachment"]), randomName());
      const query = {
        "response-cache-control": "private, no-store",
        "response-content-disposition": disposition,
        "response-content-type": "application/pdf",
        "x-id": "GetObject",
      };
      const url = `${bucketUrl(place)}/${key}`;
      const ours = presign({ method: "GET", url, query, region: place.region, credentials, now, expiresIn });
      const command = new GetObjectCommand({
        Bucket: place.bucket,
        Key: key,
        ResponseCacheControl: "private, no-store",
        ResponseContentDisposition: disposition,
        ResponseContentType: "application/pdf",
      });
      const theirs = await getSignedUrl(client(place, credentials), command, { expiresIn, signingDate: now });
      expect(ours).toBe(theirs);
    }
  });
});

function client(place: BucketPlace, credentials: Credentials): S3Client {
  return new S3Client({
    region: place.region,
    forcePathStyle: place.forcePathStyle,
    credentials,
    ...(place.endpoint ? { endpoint: place.endpoint } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

function random() {
  const credentials: Credentials = {
    accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    ...(randomInt(2) ? { sessionToken: randomBytes(300).toString("base64") } : {}),
  };
  const key = Array.from({ length: randomInt(1, 5) }, randomSegment).join("/");
  return { key, credentials, now: new Date(randomInt(2 ** 41)), expiresIn: randomInt(1, 604_801) };
}

function randomSegment(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  const rest = Array.from({ length: randomInt(40) }, () => pick([...alphabet]));
  return `${pick([..."az09_-"])}${rest.join("")}`;
}

/** Any character there is, the odd ones of URLs and headers more often. */
function randomName(): string {
  const any = () => String.fromCodePoint(randomInt(0x110000));
  const odd = () => pick([..."!'()*~%&+=/?#\"\\; \t\n,:@$éЖ診😀"]);
  return Array.from({ length: randomInt(1, 60) }, () => (randomInt(2) ? odd() : any())).join("");
}

function pick<T>(values: T[]): T {
  const value = values[randomInt(values.length)];
  if (value === undefined) throw new Error("Nothing to pick from");
  return value;
}
