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
const OVER = { status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" };
const JOINED = {
  body: `<CompleteMultipartUploadResult><Key>k</Key><ETag>"x-1"</ETag></CompleteMultipartUploadResult>`,
};
const found = (size: number, more: Record<string, string> = {}): ScriptedResponse => ({
  headers: {
    "content-length": String(size),
    "last-modified": new Date(DATE).toUTCString(),
    etag: '"x"',
    ...more,
  },
});

describe("What S3 is asked for, and what of its answers is believed", () => {
  let store: ScriptedStore;
  afterEach(() => store.close());

  async function storage(...answers: ScriptedResponse[]): Promise<Storage> {
    store = await startScriptedStore(answers);
    return createS3Storage({ ...settingsAt(store), class: "private" });
  }

  test("an attempt is begun with SHA-256, without which AWS takes no part that has one", async () => {
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

  test("a public object is written for a year in the CDN where that is told of deaths", async () => {
    store = await startScriptedStore([{ headers: { etag: '"x"' } }]);
    const s3 = createS3Storage({ ...settingsAt(store), class: "public", hasCdnPurge: true });
    await s3.put("k", Buffer.of(1), { type: "image/webp", size: 1 });
    expect(store.requests[0]?.headers["cache-control"]).toBe("public, max-age=60, s-maxage=31536000");
  });

  test("parts are joined by the tags and hashes that the store lists", async () => {
    const s3 = await storage(LISTED, ABSENT, JOINED, found(4));
    await s3.completeMultipartUpload("k", "a", [{ number: 1, size: 4 }]);
    const { line, body } = store.requests[2] ?? { line: "", body: "" };
    expect(line).toMatch(/^POST \/papers\/k\?uploadId=a/);
    for (const piece of ["<PartNumber>1<", `<ChecksumSHA256>${sha256}<`, "<ETag>&quot;x&quot;<"])
      expect(body).toContain(piece);
  });

  test("a success is none where what lies there has another size", async () => {
    const s3 = await storage(LISTED, ABSENT, JOINED, found(5));
    const complete = s3.completeMultipartUpload("k", "a", [{ number: 1, size: 4 }]);
    await expect(complete).rejects.toMatchObject({ code: "conflict" });
  });

  test.each<[string, ScriptedResponse, string]>([
    ["is over where it was joined meanwhile", OVER, "not_found"],
    ["is stopped by an object that was not made of it", LISTED, "conflict"],
  ])("an attempt that is listed and then finds an object %s", async (_, again, code) => {
    const s3 = await storage(LISTED, found(4), again);
    const complete = s3.completeMultipartUpload("k", "a", [{ number: 1, size: 4 }]);
    await expect(complete).rejects.toMatchObject({ code });
    expect(store.requests).toHaveLength(3);
  });

  test("a copy is to be hashed, and the hash of the whole is told", async () => {
    const whole = { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "FULL_OBJECT" };
    const copied = { body: `<CopyObjectResult><ETag>"x"</ETag></CopyObjectResult>` };
    const s3 = await storage(ABSENT, copied, found(4, whole));
    await s3.copy("from", s3, "to", { type, size: 4 });
    expect(store.requests[1]?.headers).toMatchObject({ "x-amz-checksum-algorithm": "SHA256" });
    expect(await s3.stat("to")).toEqual({ size: 4, modifiedAt: new Date(DATE), sha256 });
  });

  test("the hash of the parts' hashes is not taken for that of the whole", async () => {
    const composite = { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "COMPOSITE" };
    const s3 = await storage(found(4, composite));
    expect(await s3.stat("k")).toEqual({ size: 4, modifiedAt: new Date(DATE) });
  });

  test("a removal of many carries its MD5, which older stores ask for", async () => {
    const s3 = await storage({ body: "<DeleteResult><Deleted><Key>k</Key></Deleted></DeleteResult>" });
    await s3.removeMany(["k", "k"]);
    const body = store.requests[0]?.body ?? "";
    expect(store.requests[0]?.headers).toMatchObject({ "content-md5": hash("md5", body, "base64") });
    expect(body.match(/<Key>/g)).toHaveLength(1);
  });
});

describe("An object that is read through", () => {
  let store: ScriptedStore;
  afterEach(() => store.close());

  async function storage(...answers: ScriptedResponse[]): Promise<Storage> {
    store = await startScriptedStore(answers);
    return createS3Storage({
      ...settingsAt(store),
      browserEndpoint: "http://not.here.example",
      class: "private",
    });
  }
  const told = { etag: '"x"', "content-length": "4" };

  test("is asked for once, with a signature in the address, where this server reaches the store", async () => {
    const s3 = await storage({ headers: told, body: "abcd" });
    expect((await readByChunks(s3, "k")).toString()).toBe("abcd");
    expect(store.requests).toHaveLength(1);
    expect(store.requests[0]?.line).toMatch(/^GET \/papers\/k\?X-Amz-Algorithm=/);
  });

  test.each<[string, ScriptedResponse]>([
    ["comes in chunks", { headers: { etag: '"x"', "transfer-encoding": "chunked" }, body: "abcd" }],
    [
      "is refused for a clock that is wrong",
      { status: 403, body: "<Error><Code>RequestTimeTooSkewed</Code></Error>" },
    ],
    [
      "is answered with less than all of it",
      { status: 206, headers: { ...told, "content-length": "2" }, body: "ab" },
    ],
    ["is answered with something that has no ETag", { headers: { "content-length": "4" }, body: "page" }],
  ])("and %s is left to the SDK, and nothing of that answer is handed over", async (_, answer) => {
    const s3 = await storage(answer, { headers: told, body: "abcd" });
    expect((await readByChunks(s3, "k")).toString()).toBe("abcd");
    expect(store.requests).toHaveLength(2);
    expect(store.requests[1]?.headers).toHaveProperty("authorization");
  });

  test("and brings more than it said is no such object", async () => {
    const server = createServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 4\r\n\r\nabcdef"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const taken: string[] = [];
    const url = new URL(`http://127.0.0.1:${portOf(server)}/k`);
    const drain = readOverSocket(url, (bytes) => taken.push(bytes.toString()));
    await expect(drain).rejects.toMatchObject({ code: "unavailable" });
    expect(taken).toEqual([]);
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
