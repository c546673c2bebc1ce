import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock";
import { createStorages } from "../../lib/storage/factory";
import type { Storage, Storages } from "../../lib/storage/storage";
import { sendPart } from "../../lib/storage/testing/contract/requests";
import { readByChunks } from "../../lib/storage/testing/contract/samples";
import type { ContractSubject } from "../../lib/storage/testing/contract/subject";
import type { TestBuckets, TestStore } from "../stores/buckets";
import { type Fault, type FaultProxy, startFaultProxy } from "../stores/fault-proxy";
import { openS3Subject, s3SettingsFor } from "../stores/s3-subject";
import { openTestStore } from "../stores/test-store";

const store = await openTestStore();
const type = "application/pdf";
const page = "<html><body>Welcome to the Wi-Fi of the hotel</body></html>";
const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** The driver promises five seconds. The tests share a small machine. */
const MAX_ANSWER_MS = 6500;

const ONE_PART = [{ number: 1, size: 4 }];

const FAULTS: [string, Fault][] = [
  ["refuses connections", { kind: "refuse" }],
  ["resets connections", { kind: "reset" }],
  ["never answers", { kind: "silence" }],
  ["answers after 6 seconds", { kind: "delay", milliseconds: 6000 }],
  ["is overloaded (503)", { kind: "answer", status: 503, body: xml("SlowDown") }],
  ["is broken (500)", { kind: "answer", status: 500, body: "" }],
  ["refuses us (403)", { kind: "answer", status: 403, body: xml("AccessDenied") }],
  ["knows no such bucket (404)", { kind: "answer", status: 404, body: xml("NoSuchBucket") }],
  ["is something else (404)", { kind: "answer", status: 404, body: page, type: "text/html" }],
  ["is something else (200)", { kind: "answer", status: 200, body: page, type: "text/html" }],
  ["is something else (200, empty)", { kind: "answer", status: 200, body: "" }],
  ["says 200 and an error", { kind: "answer", status: 200, body: xml("InternalError") }],
  ["cuts its answer off", { kind: "stop", after: 20, ending: "reset" }],
  ["leaves its answer hanging", { kind: "stop", after: 20, ending: "silence" }],
];

type Known = { storages: Storages; key: string; attempt: { key: string; id: string } };

const CALLS: [string, (storage: Storage, known: Known) => Promise<unknown>][] = [
  ["stat", (storage, { key }) => storage.stat(key)],
  ["read", (storage, { key }) => storage.read(key)],
  ["read in chunks", (storage, { key }) => readByChunks(storage, key)],
  ["read of a range", (storage, { key }) => storage.read(key, { start: 1, end: 2 })],
  ["put of bytes", (storage) => storage.put(newKey(), Buffer.from("x"), { type, size: 1 })],
  [
    "put of a stream",
    (storage) => storage.put(newKey(), Readable.from([Buffer.from("x")]), { type, size: 1 }),
  ],
  ["copy", (storage, { key, storages }) => storage.copy(key, storages.public, newKey(), { type, size: 1 })],
  ["remove", (storage) => storage.remove(newKey())],
  ["remove many", (storage) => storage.removeMany([newKey(), newKey()])],
  ["create multipart upload", (storage) => storage.createMultipartUpload(newKey(), { type })],
  ["list parts", (storage, { attempt }) => storage.listParts(attempt.key, attempt.id)],
  [
    "complete multipart upload",
    (storage, { attempt }) => storage.completeMultipartUpload(attempt.key, attempt.id, ONE_PART),
  ],
  ["abort multipart upload", (storage) => storage.abortMultipartUpload(newKey(), "none")],
  ["list multipart uploads", (storage) => storage.listMultipartUploads("test/").next()],
  ["list", (storage) => storage.list("there/").next()],
  ["health check", (storage) => storage.checkHealth()],
];

if ("skipped" in store) test("s3 under faults", ({ skip }) => skip(store.skipped));
else describe("while the store", () => faults(store));

function faults(store: TestStore): void {
  let subject: ContractSubject;
  let proxy: FaultProxy;
  let buckets: TestBuckets;
  let storages: Storages;
  const key = `there/${randomUUID()}`;
  let attempt: Known["attempt"];
  const large = randomBytes(8 * 1024 ** 2);

  const throughProxy = () => createStorages(s3SettingsFor(store, buckets, proxy.url), systemClock);

  beforeAll(async () => {
    const opened = await openS3Subject(store);
    subject = opened;
    buckets = opened.buckets;
    proxy = await startFaultProxy(new URL(store.endpoint));
    storages = throughProxy();
    await subject.storages.private.put(key, large, { type, size: large.length });
    attempt = await createUpload();
  });

  /** Creates a multipart upload with one received part. */
  async function createUpload(): Promise<Known["attempt"]> {
    const [at, { private: storage }] = [newKey(), subject.storages];
    const id = await storage.createMultipartUpload(at, { type });
    expect(await sendPart(storage, at, id, 1, Buffer.from("part"))).toBe(200);
    return { key: at, id };
  }

  afterEach(() => proxy.set({ kind: "none" }));
  afterAll(async () => {
    await proxy?.close();
    await subject?.close();
  });

  test.each(FAULTS)("%s, every call fails with unavailable in time and recovers", async (_, fault) => {
    await proxy.set(fault);
    const outcomes = await Promise.all(
      CALLS.map(async ([name, call]) => {
        const start = performance.now();
        const outcome = await call(storages.private, { storages, key, attempt }).then(
          (value) => ({ value }),
          (error: { code?: unknown }) => ({ code: error.code }),
        );
        return { name, ...outcome, inTime: performance.now() - start < MAX_ANSWER_MS };
      }),
    );
    expect(outcomes).toEqual(CALLS.map(([name]) => ({ name, code: "unavailable", inTime: true })));
    await proxy.set({ kind: "none" });
    expect((await storages.private.stat(key))?.size).toBe(large.length);
    expect(await storages.private.listParts(attempt.key, attempt.id)).toEqual(ONE_PART);
  });

  describe("fails only the completion of a multipart upload", () => {
    const success = `<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>`;
    test.each<[string, string, Omit<Extract<Fault, { kind: "answer" }>, "kind">]>([
      ["500", "unavailable", { status: 500, body: xml("InternalError") }],
      ["403", "unavailable", { status: 403, body: xml("AccessDenied") }],
      ["200 and an error", "unavailable", { status: 200, body: xml("InternalError") }],
      ["200 and nothing", "unavailable", { status: 200, body: "" }],
      ["200 and an HTML page", "unavailable", { status: 200, body: page, type: "text/html" }],
      ["200 without the object", "unavailable", { status: 200, body: success }],
      ["InvalidPart", "not_uploaded", { status: 400, body: xml("InvalidPart") }],
      ["NoSuchUpload", "not_found", { status: 404, body: xml("NoSuchUpload") }],
    ])("with %s, the call fails with %s and a retry succeeds", async (_, code, response) => {
      const { private: storage } = throughProxy();
      const { key, id } = await createUpload();
      await proxy.set({ kind: "answer", only: /^POST/, ...response });
      const start = performance.now();
      await expect(storage.completeMultipartUpload(key, id, ONE_PART)).rejects.toMatchObject({ code });
      expect(performance.now() - start).toBeLessThan(MAX_ANSWER_MS);
      expect(await storage.stat(key)).toBeNull();
      await proxy.set({ kind: "none" });
      await storage.completeMultipartUpload(key, id, ONE_PART);
      expect((await storage.stat(key))?.size).toBe(4);
    });

    test.each([
      ["succeeds again", undefined],
      ["answers NoSuchUpload", { status: 404, body: xml("NoSuchUpload") }],
      ["answers PreconditionFailed", { status: 412, body: xml("PreconditionFailed") }],
    ])("a completion whose first response is lost succeeds if the retry %s", async (_, then) => {
      const { private: storage } = throughProxy();
      const { key, id } = await createUpload();
      await proxy.set({ kind: "lose-first-answer", only: /^POST/, ...(then ? { then } : {}) });
      await storage.completeMultipartUpload(key, id, ONE_PART);
      expect((await buffer(await storage.read(key))).toString()).toBe("part");
    });
  });

  test.each([
    ["reports an error for one key", `<Error><Key>b</Key><Code>InternalError</Code></Error>`, "unavailable"],
    ["omits one key", "", "unavailable"],
    ["reports one key as missing", `<Error><Key>b</Key><Code>NoSuchKey</Code></Error>`, undefined],
    ["reports both as removed", `<Deleted><Key>b</Key></Deleted>`, undefined],
  ])("a removal of two keys ends rightly if the store %s", async (_, entry, code) => {
    const body = `<DeleteResult><Deleted><Key>a</Key></Deleted>${entry}</DeleteResult>`;
    await proxy.set({ kind: "answer", status: 200, body });
    const outcome = await storages.private.removeMany(["a", "b"]).then(
      () => undefined,
      (error: { code?: unknown }) => error.code,
    );
    expect(outcome).toBe(code);
  });

  test.each(["reset", "silence"] as const)("stops a body half-way (%s), a read fails", async (ending) => {
    await proxy.set({ kind: "stop", after: 1024 ** 2, ending });
    const start = performance.now();
    await expect(storages.private.read(key).then(buffer)).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - start).toBeLessThan(7000);
  });

  test.each(["reset", "silence"] as const)(
    "stops a body half-way (%s), a chunked read fails without repeats",
    async (ending) => {
      await proxy.set({ kind: "stop", after: 1024 ** 2, ending });
      const start = performance.now();
      let received = 0;
      const reading = storages.private.forEachChunk(key, ({ length }) => {
        received += length;
      });
      await expect(reading).rejects.toMatchObject({ code: "unavailable" });
      expect(performance.now() - start).toBeLessThan(7000);
      expect(received).toBeGreaterThan(0);
      expect(received).toBeLessThan(1024 ** 2);
    },
  );

  test("stops reading a request body, a put of a stream fails", async () => {
    await proxy.set({ kind: "silence" });
    const start = performance.now();
    const put = storages.private.put(newKey(), Readable.from([large]), { type, size: large.length });
    await expect(put).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - start).toBeLessThan(7000);
  });

  test("answers slowly, no call fails", async () => {
    await proxy.set({ kind: "delay", milliseconds: 300 });
    expect((await storages.private.stat(key))?.size).toBe(large.length);
    await expect(storages.private.checkHealth()).resolves.toBeUndefined();
  });

  test("loses the response to a write, the retry recognises the object", async () => {
    // The SDK stops retrying for a client that has seen many failures, so this one is new.
    const { private: storage } = throughProxy();
    await proxy.set({ kind: "lose-first-answer" });
    const fresh = newKey();
    await storage.put(fresh, Buffer.from("mine"), { type, size: 4 });
    expect((await buffer(await subject.storages.private.read(fresh))).toString()).toBe("mine");
    await proxy.set({ kind: "lose-first-answer" });
    const again = storage.put(fresh, Buffer.from("else"), { type, size: 4 });
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });

  test("serves a slow reader, the read succeeds", async () => {
    const body = await storages.private.read(key);
    const chunks: Uint8Array[] = [];
    const paused = new Promise((resolve) => setTimeout(resolve, 5500));
    for await (const chunk of body) {
      if (chunks.length === 0) await paused;
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).equals(large)).toBe(true);
  });
}

function newKey(): string {
  return `test/${randomUUID()}`;
}
