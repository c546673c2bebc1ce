import { randomBytes, randomInt } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { formatContentDisposition } from "../content-disposition";
import { type BucketLocation, bucketUrl } from "./bucket-url";
import { type Credentials, presign } from "./sigv4";

const PLACES: [string, BucketLocation][] = [
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

const ROUNDS = 60;

describe.each(PLACES)("an address for %s", (_, place) => {
  test("to put is the SDK's to the letter, for 60 random uploads", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const type = pick(["application/pdf", "image/jpeg", "text/plain; charset=utf-8"]);
      const { body, input } = randomBody();
      const headers = { ...body, "content-type": type, "if-none-match": "*" };
      await expectAsSigned(
        place,
        { method: "PUT", headers, query: { "x-id": "PutObject" } },
        (sdk, at, how) => {
          const command = { ...at, ...input, ContentType: type, IfNoneMatch: "*" };
          return getSignedUrl(sdk, new PutObjectCommand(command), how);
        },
      );
    }
  });

  test("to send a part is the SDK's to the letter, for 60 random parts", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const PartNumber = randomInt(1, 10_001);
      const UploadId = pick([`2~${randomBytes(20).toString("base64")}`, randomBytes(16).toString("hex")]);
      const { body: headers, input } = randomBody();
      const query = { partNumber: String(PartNumber), uploadId: UploadId, "x-id": "UploadPart" };
      await expectAsSigned(place, { method: "PUT", headers, query }, (sdk, at, how) => {
        return getSignedUrl(sdk, new UploadPartCommand({ ...at, ...input, PartNumber, UploadId }), how);
      });
    }
  });

  test("to get is the SDK's to the letter, for 60 random names in any script", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const disposition = formatContentDisposition(pick(["inline", "attachment"]), randomName());
      const query = {
        "response-cache-control": "private, no-store",
        "response-content-disposition": disposition,
        "response-content-type": "application/pdf",
        "x-id": "GetObject",
      };
      await expectAsSigned(place, { method: "GET", headers: {}, query }, (sdk, at, how) => {
        const command = new GetObjectCommand({
          ...at,
          ResponseCacheControl: "private, no-store",
          ResponseContentDisposition: disposition,
          ResponseContentType: "application/pdf",
        });
        return getSignedUrl(sdk, command, how);
      });
    }
  });
});

type Asked = Pick<Parameters<typeof presign>[0], "method" | "query"> & { headers: Record<string, string> };

/** Signs the same request with the same key at the same moment, here and in the SDK. */
async function expectAsSigned(
  place: BucketLocation,
  asked: Asked,
  sdkSigns: (
    sdk: S3Client,
    at: { Bucket: string; Key: string },
    how: Parameters<typeof getSignedUrl>[2],
  ) => Promise<string>,
): Promise<void> {
  const { key, credentials, now, expiresIn } = random();
  const url = `${bucketUrl(place)}/${key}`;
  const ours = presign({ ...asked, url, region: place.region, credentials, now, expiresIn });
  const at = { Bucket: place.bucket, Key: key };
  const theirs = await sdkSigns(client(place, credentials), at, {
    expiresIn,
    signingDate: now,
    signableHeaders: new Set(["host", ...Object.keys(asked.headers)]),
    unhoistableHeaders: new Set(["x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm"]),
  });
  expect(ours).toBe(theirs);
}

/** What a ticket says of the bytes: as headers, and as the SDK takes it. */
function randomBody() {
  const [size, sha256] = [randomInt(2 ** 32), randomBytes(32).toString("base64")];
  return {
    body: {
      "content-length": String(size),
      "x-amz-checksum-sha256": sha256,
      "x-amz-sdk-checksum-algorithm": "SHA256",
    },
    input: { ContentLength: size, ChecksumSHA256: sha256, ChecksumAlgorithm: "SHA256" } as const,
  };
}

function client(place: BucketLocation, credentials: Credentials): S3Client {
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
