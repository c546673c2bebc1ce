import { hash, randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { portOf } from "../../../tests/stores/local-storage-server";
import {
  type ScriptedResponse,
  type ScriptedStore,
  startScriptedStore,
} from "../../../tests/stores/scripted-store";
import { systemClock } from "../../clock";
import type { Storage } from "../storage";
import { readByChunks } from "../testing/contract/samples";
import { createS3Storage } from "./s3-storage";
import { readOverSocket } from "./socket-read";

const type = "application/pdf";
const sha256 = randomBytes(32).toString("base64");
const DATE = "2030-01-01T12:00:00.000Z";
const LISTED = {
  body: `<ListPartsResult><UploadId>a</UploadId><IsTruncated>false</IsTruncated>
    <Part><PartNumber>1</PartNumber><Size>4</Size><ETag>"x"</ETag><ChecksumSHA256>${sha256}</ChecksumSHA256></Part></ListPartsResult>`,
};
const ABSENT = { status: 404 };
const NO_UPLOAD = { status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" };
const COMPLETED = {
  body: `<CompleteMultipartUploadResult><Key>k</Key><ETag>"x-1"</ETag></CompleteMultipartUploadResult>`,
};
const headResponse = (size: number, extra: Record<string, string> = {}): ScriptedResponse => ({
  headers: {
    "content-length": String(size),
    "last-modified": new Date(DATE).toUTCString(),
    etag: '"x"',
    ...extra,
  },
});

describe("requests to S3 and their responses", () => {
  let store: ScriptedStore;
  afterEach(() => store.close());

  async function storage(...responses: ScriptedResponse[]): Promise<Storage> {
    store = await startScriptedStore(responses);
    return createS3Storage({ ...settingsAt(store), class: "private" });
  }

  test("a multipart upload is created with SHA-256", async () => {
    const s3 = await storage({
      body: "<InitiateMultipartUploadResult><UploadId>a</UploadId></InitiateMultipartUploadResult>",
    });
    expect(await s3.createMultipartUpload("k", { type })).toBe("a");
    expect(store.requests[0]?.headers).toMatchObject({
      "x-amz-checksum-algorithm": "SHA256",
      "content-type": type,
      "cache-control": "private, no-store",
    });
  });

  test("a purge hook lets caches keep a public object for a year", async () => {
    store = await startScriptedStore([{ headers: { etag: '"x"' } }]);
    const s3 = createS3Storage({ ...settingsAt(store), class: "public", hasCdnPurge: true });
    await s3.put("k", Buffer.of(1), { type: "image/webp", size: 1 });
    expect(store.requests[0]?.headers["cache-control"]).toBe("public, max-age=60, s-maxage=31536000");
  });

  test("a completion sends the ETags and checksums that the store lists", async () => {
    const s3 = await storage(LISTED, ABSENT, COMPLETED, headResponse(4));
    await s3.completeMultipartUpload("k", "a", [{ number: 1, size: 4 }]);
    const { line, body } = store.requests[2] ?? { line: "", body: "" };
    expect(line).toMatch(/^POST \/papers\/k\?uploadId=a/);
    for (const text of ["<PartNumber>1<", `<ChecksumSHA256>${sha256}<`, "<ETag>&quot;x&quot;<"])
      expect(body).toContain(text);
  });

  test("a completion is a conflict if the object has another size", async () => {
    const s3 = await storage(LISTED, ABSENT, COMPLETED, headResponse(5));
    const complete = s3.completeMultipartUpload("k", "a", [{ number: 1, size: 4 }]);
    await expect(complete).rejects.toMatchObject({ code: "conflict" });
  });

  test.each<[string, ScriptedResponse, string]>([
    ["is not_found after a concurrent completion", NO_UPLOAD, "not_found"],
    ["is a conflict with another object", LISTED, "conflict"],
  ])("a listed upload whose key has an object %s", async (_, again, code) => {
    const s3 = await storage(LISTED, headResponse(4), again);
    const complete = s3.completeMultipartUpload("k", "a", [{ number: 1, size: 4 }]);
    await expect(complete).rejects.toMatchObject({ code });
    expect(store.requests).toHaveLength(3);
  });

  test("a copy requests a SHA-256, which stat returns", async () => {
    const fullObject = { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "FULL_OBJECT" };
    const copied = { body: `<CopyObjectResult><ETag>"x"</ETag></CopyObjectResult>` };
    const s3 = await storage(ABSENT, copied, headResponse(4, fullObject));
    await s3.copy("from", s3, "to", { type, size: 4 });
    expect(store.requests[1]?.headers).toMatchObject({ "x-amz-checksum-algorithm": "SHA256" });
    expect(await s3.stat("to")).toEqual({ size: 4, modifiedAt: new Date(DATE), sha256 });
  });

  test("stat ignores a composite checksum", async () => {
    const composite = { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "COMPOSITE" };
    const s3 = await storage(headResponse(4, composite));
    expect(await s3.stat("k")).toEqual({ size: 4, modifiedAt: new Date(DATE) });
  });

  test("removeMany sends Content-MD5, which older stores require", async () => {
    const s3 = await storage({ body: "<DeleteResult><Deleted><Key>k</Key></Deleted></DeleteResult>" });
    await s3.removeMany(["k", "k"]);
    const body = store.requests[0]?.body ?? "";
    expect(store.requests[0]?.headers).toMatchObject({ "content-md5": hash("md5", body, "base64") });
    expect(body.match(/<Key>/g)).toHaveLength(1);
  });
});

describe("forEachChunk on S3", () => {
  let store: ScriptedStore;
  afterEach(() => store.close());

  async function storage(...responses: ScriptedResponse[]): Promise<Storage> {
    store = await startScriptedStore(responses);
    return createS3Storage({
      ...settingsAt(store),
      browserEndpoint: "http://not.here.example",
      class: "private",
    });
  }
  const headers = { etag: '"x"', "content-length": "4" };

  test("sends one presigned GET to the endpoint of this server", async () => {
    const s3 = await storage({ headers, body: "abcd" });
    expect((await readByChunks(s3, "k")).toString()).toBe("abcd");
    expect(store.requests).toHaveLength(1);
    expect(store.requests[0]?.line).toMatch(/^GET \/papers\/k\?X-Amz-Algorithm=/);
  });

  test.each<[string, ScriptedResponse]>([
    ["is chunked", { headers: { etag: '"x"', "transfer-encoding": "chunked" }, body: "abcd" }],
    [
      "is 403 because of a wrong clock",
      { status: 403, body: "<Error><Code>RequestTimeTooSkewed</Code></Error>" },
    ],
    ["is partial", { status: 206, headers: { ...headers, "content-length": "2" }, body: "ab" }],
    ["has no ETag", { headers: { "content-length": "4" }, body: "page" }],
  ])("discards a response that %s and uses the SDK", async (_, response) => {
    const s3 = await storage(response, { headers, body: "abcd" });
    expect((await readByChunks(s3, "k")).toString()).toBe("abcd");
    expect(store.requests).toHaveLength(2);
    expect(store.requests[1]?.headers).toHaveProperty("authorization");
  });

  test("fails if the response exceeds its Content-Length", async () => {
    const server = createServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 4\r\n\r\nabcdef"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const chunks: string[] = [];
    const url = new URL(`http://127.0.0.1:${portOf(server)}/k`);
    const reading = readOverSocket(url, (bytes) => chunks.push(bytes.toString()));
    await expect(reading).rejects.toMatchObject({ code: "unavailable" });
    expect(chunks).toEqual([]);
    server.close();
  });
});

function settingsAt({ url }: ScriptedStore) {
  return {
    bucket: "papers",
    region: "us-east-1",
    endpoint: url,
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    clock: systemClock,
  };
}
