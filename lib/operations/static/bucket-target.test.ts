import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestStore } from "../../../tests/stores/buckets";
import { openTestStore } from "../../../tests/stores/test-store";
import { createBucketTarget } from "./bucket-target";
import { loadPublishedFiles } from "./load-published";
import type { StaticBucketSettings } from "./static-bucket";
import { emptyBucket, openStaticBucket, type TestStaticBucket } from "./testing/static-bucket";
import {
  listKeys,
  openTestSite,
  recordingTarget,
  SCRIPT,
  type TestSite,
  throwNetworkError,
} from "./testing/test-site";

const store = await openTestStore();

if ("skipped" in store) test("publishing to a bucket", ({ skip }) => skip(store.skipped));
else describe("publishing to a bucket", () => publishing(store));

const SCRIPT_KEY = "_next/static/chunks/one.js";

function publishing({ endpoint, region, accessKeyId, secretAccessKey }: TestStore): void {
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  let bucket: TestStaticBucket;
  let site: TestSite;
  beforeAll(async () => {
    bucket = await openStaticBucket({ endpoint, region, accessKeyId, secretAccessKey });
  });
  beforeEach(async () => {
    site?.close();
    site = openTestSite();
    await emptyBucket(client, bucket.name);
  });
  afterAll(async () => {
    site.close();
    await bucket.close();
    client.destroy();
  });

  const headersOf = async (Key: string) => {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
    return [head.ContentType, head.CacheControl, head.ContentEncoding];
  };
  const bytesOf = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
    return Body?.transformToString();
  };

  test("stores the response headers with every object", async () => {
    await site.publish("first", { to: bucket.target });
    const [script, immutable] = ["text/javascript; charset=utf-8", "public, max-age=31536000, immutable"];
    expect(await headersOf(SCRIPT_KEY)).toEqual([script, immutable, undefined]);
    expect(await headersOf(`${SCRIPT_KEY}.br`)).toEqual([script, immutable, "br"]);
    expect(await headersOf(`${SCRIPT_KEY}.gz`)).toEqual([script, immutable, "gzip"]);
    const short = "public, max-age=60, must-revalidate";
    expect(await headersOf("robots.txt")).toEqual(["text/plain; charset=utf-8", short, undefined]);
    expect(await headersOf("_manifests/first.json")).toEqual([
      "application/json; charset=utf-8",
      "no-store",
      undefined,
    ]);
  });

  test("writes only changed files, and never overwrites a fingerprinted one", async () => {
    await site.publish("first", { to: bucket.target });
    expect(await site.publish("first", { to: bucket.target })).toMatchObject({ added: [], replaced: [] });
    site.write("public/robots.txt", "User-agent: bot");
    const { added, replaced } = await site.publish("second", { to: bucket.target });
    expect([added, replaced]).toEqual([[], ["robots.txt"]]);
    const headers = { contentType: "text/javascript", cacheControl: "no-store" };
    const written = bucket.target.put(SCRIPT_KEY, Buffer.from("other"), headers, { replace: false });
    expect(await written).toBe(false);
    expect(await bytesOf(SCRIPT_KEY)).toBe(SCRIPT);
    expect(await bytesOf("robots.txt")).toBe("User-agent: bot");
  });

  test("completes an interrupted publication, even by three concurrent ones", async () => {
    const { to } = recordingTarget(bucket.target, { key: "robots.txt", meanwhile: throwNetworkError });
    await expect(site.publish("first", { to })).rejects.toThrow("The network is unavailable.");
    expect(await listKeys(bucket.target)).not.toContain("_manifests/first.json");
    await Promise.all([1, 2, 3].map(() => site.publish("first", { to: bucket.target })));
    const loaded = await loadPublishedFiles(bucket.target, "first");
    expect(loaded.get(`/${SCRIPT_KEY}`)?.codings.get("identity")?.toString()).toBe(SCRIPT);
  });

  test.each([
    ["before", true],
    ["during", false],
  ])("rejects other bytes that another publisher wrote %s the publication", async (_, early) => {
    const headers = { contentType: "text/javascript", cacheControl: "no-store" };
    const meanwhile = () => bucket.target.put(SCRIPT_KEY, Buffer.from("other"), headers, { replace: false });
    if (early) await meanwhile();
    const { to } = early
      ? { to: bucket.target }
      : recordingTarget(bucket.target, { key: SCRIPT_KEY, meanwhile });
    await expect(site.publish("first", { to })).rejects.toThrow(/other bytes at _next.static.chunks.one\.js/);
    expect(await bytesOf(SCRIPT_KEY)).toBe("other");
    expect(await listKeys(bucket.target)).not.toContain("_manifests/first.json");
  });

  test("lists more keys than one page of the store has", async () => {
    site.write(".next/static/media/zoo.png", "the last of them");
    await site.publish("first", { to: bucket.target });
    const others = Array.from({ length: 1000 }, (_, index) => `_next/static/media/${index}.png`);
    const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: "x" }));
    for (let from = 0; from < others.length; from += 50)
      await Promise.all(others.slice(from, from + 50).map(put));
    const again = await site.publish("first", { to: bucket.target });
    expect(again).toMatchObject({ added: [], removed: [], unchanged: 6 });
    expect(await listKeys(bucket.target)).toHaveLength(1000 + 7);
  }, 120_000);

  const publishTo = async (overrides: Partial<StaticBucketSettings>) => {
    const to = await createBucketTarget({ ...bucket.settings, ...overrides });
    await site.publish("first", { to }).finally(to.close);
  };

  test.each([
    [
      "an unreachable store",
      { endpoint: "http://127.0.0.1:1" },
      /at http:\/\/127\.0\.0\.1:1: The store cannot be reached \(ECONNREFUSED\)/,
    ],
    [
      "an unknown host",
      { endpoint: "http://missing.invalid" },
      /The store cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/,
    ],
    [
      "a missing bucket",
      { bucket: "dossier-missing-static" },
      /^s3:\/\/dossier-missing-static.*There is no such bucket/,
    ],
    [
      "an unknown access key",
      { credentials: { accessKeyId: "unknown", secretAccessKey: "x" } },
      /does not know this access key/,
    ],
    [
      "a wrong secret key",
      { credentials: { accessKeyId, secretAccessKey: "x" } },
      /The secret key does not belong/,
    ],
  ])("throws an error that explains %s", async (_, overrides, message) => {
    await expect(publishTo(overrides)).rejects.toThrow(message);
  });
}
