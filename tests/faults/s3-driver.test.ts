import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock";
import { createStorages } from "../../lib/storage/factory";
import type { Storage, Storages } from "../../lib/storage/storage";
import type { TestBuckets, TestStore } from "../stores/buckets";
import type { ContractSubject } from "../../lib/storage/testing/contract/storage-contract";
import { sendPart } from "../../lib/storage/testing/contract/requests";
import { readByChunks } from "../../lib/storage/testing/contract/samples";
import { type Fault, type FaultProxy, startFaultProxy } from "../stores/fault-proxy";
import { openS3Subject, s3SettingsFor } from "../stores/s3-subject";
import { openTestStore } from "../stores/test-store";

const store = await openTestStore();
const type = "application/pdf";
const page = "<html><body>Welcome to the Wi-Fi of the hotel</body></html>";
const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** Five seconds are promised; the tests share a small machine (docs/decisions/0012-fast-tests.md). */
const IN_TIME = 6500;

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
  ["reading through", (storage, { key }) => readByChunks(storage, key)],
  ["read of a range", (storage, { key }) => storage.read(key, { start: 1, end: 2 })],
  ["put of bytes", (storage) => storage.put(newKey(), Buffer.from("x"), { type, size: 1 })],
  [
    "put of a stream",
    (storage) => storage.put(newKey(), Readable.from([Buffer.from("x")]), { type, size: 1 }),
  ],
  ["copy", (storage, { key, storages }) => storage.copy(key, storages.public, newKey(), { type, size: 1 })],
  ["remove", (storage) => storage.remove(newKey())],
  ["removal of many", (storage) => storage.removeMany([newKey(), newKey()])],
  ["beginning of parts", (storage) => storage.createMultipartUpload(newKey(), { type })],
  ["list of parts", (storage, { attempt }) => storage.listParts(attempt.key, attempt.id)],
  ["joining of parts", (storage, { attempt }) => storage.completeMultipartUpload(attempt.key, attempt.id, ONE_PART)],
  ["abortion of parts", (storage) => storage.abortMultipartUpload(newKey(), "none")],
  ["list of what is unfinished", (storage) => storage.listMultipartUploads("test/").next()],
  ["list", (storage) => storage.list("there/").next()],
  ["check", (storage) => storage.checkHealth()],
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
    attempt = await begun();
  });

  /** An attempt whose one part has arrived. */
  async function begun(): Promise<Known["attempt"]> {
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

  test.each(FAULTS)(
    "%s, every call says unavailable within 5 seconds, and works again after",
    async (_, fault) => {
      await proxy.set(fault);
      const outcomes = await Promise.all(
        CALLS.map(async ([name, call]) => {
          const start = performance.now();
          const outcome = await call(storages.private, { storages, key, attempt }).then(
            (value) => ({ value }),
            (error: { code?: unknown }) => ({ code: error.code }),
          );
          return { name, ...outcome, inTime: performance.now() - start < IN_TIME };
        }),
      );
      expect(outcomes).toEqual(CALLS.map(([name]) => ({ name, code: "unavailable", inTime: true })));
      await proxy.set({ kind: "none" });
      expect((await storages.private.stat(key))?.size).toBe(large.length);
      expect(await storages.private.listParts(attempt.key, attempt.id)).toEqual(ONE_PART);
    },
  );

  describe("answers the joining of parts alone", () => {
    const success = `<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>`;
    test.each<[string, string, Omit<Extract<Fault, { kind: "answer" }>, "kind">]>([
      ["500", "unavailable", { status: 500, body: xml("InternalError") }],
      ["403", "unavailable", { status: 403, body: xml("AccessDenied") }],
      ["200 and an error", "unavailable", { status: 200, body: xml("InternalError") }],
      ["200 and nothing", "unavailable", { status: 200, body: "" }],
      ["200 and some page", "unavailable", { status: 200, body: page, type: "text/html" }],
      ["200, and nothing is there", "unavailable", { status: 200, body: success }],
      ["that a part is another one now", "not_uploaded", { status: 400, body: xml("InvalidPart") }],
      ["that the attempt is over", "not_found", { status: 404, body: xml("NoSuchUpload") }],
    ])("with %s, it fails with %s, and can be done after", async (_, code, answer) => {
      const { private: storage } = throughProxy();
      const { key, id } = await begun();
      await proxy.set({ kind: "answer", only: /^POST/, ...answer });
      const start = performance.now();
      await expect(storage.completeMultipartUpload(key, id, ONE_PART)).rejects.toMatchObject({ code });
      expect(performance.now() - start).toBeLessThan(IN_TIME);
      expect(await storage.stat(key)).toBeNull();
      await proxy.set({ kind: "none" });
      await storage.completeMultipartUpload(key, id, ONE_PART);
      expect((await storage.stat(key))?.size).toBe(4);
    });

    test.each([
      ["says again that it is done", undefined],
      ["says that the attempt is over", { status: 404, body: xml("NoSuchUpload") }],
      ["says that an object is there", { status: 412, body: xml("PreconditionFailed") }],
    ])("and the answer is lost, and to the repetition it %s: it is done", async (_, then) => {
      const { private: storage } = throughProxy();
      const { key, id } = await begun();
      await proxy.set({ kind: "lose-first-answer", only: /^POST/, ...(then ? { then } : {}) });
      await storage.completeMultipartUpload(key, id, ONE_PART);
      expect((await buffer(await storage.read(key))).toString()).toBe("part");
    });
  });

  test.each([
    ["says of one that it could not", `<Error><Key>b</Key><Code>InternalError</Code></Error>`, "unavailable"],
    ["leaves one out", "", "unavailable"],
    ["says of one that it is not there", `<Error><Key>b</Key><Code>NoSuchKey</Code></Error>`, undefined],
    ["says that it removed both", `<Deleted><Key>b</Key></Deleted>`, undefined],
  ])("removes many and %s, that counts", async (_, told, code) => {
    const body = `<DeleteResult><Deleted><Key>a</Key></Deleted>${told}</DeleteResult>`;
    await proxy.set({ kind: "answer", status: 200, body });
    const outcome = await storages.private.removeMany(["a", "b"]).then(
      () => undefined,
      (error: { code?: unknown }) => error.code,
    );
    expect(outcome).toBe(code);
  });

  test.each(["reset", "silence"] as const)("stops a body half-way (%s), reading fails", async (ending) => {
    await proxy.set({ kind: "stop", after: 1024 ** 2, ending });
    const start = performance.now();
    await expect(storages.private.read(key).then(buffer)).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - start).toBeLessThan(7000);
  });

  test.each(["reset", "silence"] as const)(
    "stops a body half-way (%s), reading through fails and hands nothing over twice",
    async (ending) => {
      await proxy.set({ kind: "stop", after: 1024 ** 2, ending });
      const start = performance.now();
      let taken = 0;
      const drain = storages.private.forEachChunk(key, ({ length }) => {
        taken += length;
      });
      await expect(drain).rejects.toMatchObject({ code: "unavailable" });
      expect(performance.now() - start).toBeLessThan(7000);
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThan(1024 ** 2);
    },
  );

  test("takes bytes and then nothing more, putting a stream fails", async () => {
    await proxy.set({ kind: "silence" });
    const start = performance.now();
    const put = storages.private.put(newKey(), Readable.from([large]), { type, size: large.length });
    await expect(put).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - start).toBeLessThan(7000);
  });

  test("is slow but answers, nothing fails", async () => {
    await proxy.set({ kind: "delay", milliseconds: 300 });
    expect((await storages.private.stat(key))?.size).toBe(large.length);
    await expect(storages.private.checkHealth()).resolves.toBeUndefined();
  });

  test("loses the answer to a write that it did, the repetition knows its own work", async () => {
    // A client of its own: the SDK stops repeating for one that has seen too many failures.
    const { private: storage } = throughProxy();
    await proxy.set({ kind: "lose-first-answer" });
    const fresh = newKey();
    await storage.put(fresh, Buffer.from("mine"), { type, size: 4 });
    expect((await buffer(await subject.storages.private.read(fresh))).toString()).toBe("mine");
    await proxy.set({ kind: "lose-first-answer" });
    const again = storage.put(fresh, Buffer.from("else"), { type, size: 4 });
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });

  test("waits for a consumer that takes its time, reading goes on", async () => {
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
