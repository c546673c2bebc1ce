import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { db } from "@/app/_server/services";
import { samplePdf, samplePhoto } from "@/app/testing/documents";
import { ask, cut, send as sendParts, ticketInParts } from "@/app/testing/parts";
import { follow, measured, type Person, put, signUp } from "@/app/testing/person";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { createTestBuckets, type TestBuckets } from "@/lib/storage/testing/buckets";
import { type Fault, type FaultProxy, startFaultProxy } from "@/lib/storage/testing/fault-proxy";
import { s3Environment } from "@/lib/storage/testing/s3-environment";
import { testStore } from "@/lib/storage/testing/test-store";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const store = await testStore();

const FAULTS: [string, Fault][] = [
  ["is not there", { kind: "refuse" }],
  ["takes connections and says nothing", { kind: "silence" }],
  ["answers 503", { kind: "answer", status: 503, body: "<Error><Code>SlowDown</Code></Error>" }],
  [
    "answers 403 to everything",
    { kind: "answer", status: 403, body: "<Error><Code>AccessDenied</Code></Error>" },
  ],
];

describe.skipIf("skipped" in store)("with an S3 store that fails", () => {
  let environment: TestEnvironment;
  let buckets: TestBuckets;
  let way: FaultProxy;
  let ada: Person;

  beforeAll(async () => {
    if ("skipped" in store) return;
    buckets = await createTestBuckets(store);
    way = await startFaultProxy(new URL(store.endpoint));
    environment = await testEnvironment({
      // The application's way to the store can fail; the browser has its own.
      ...s3Environment({ ...store, ...buckets, endpoint: way.url }),
      S3_BROWSER_ENDPOINT: store.endpoint,
    });
    ada = await signUp("Ada");
    await ada.call("PATCH", "/api/profile", { body: { visibility: "public" } });
  });
  afterEach(() => way.set({ kind: "none" }));
  afterAll(async () => {
    await way?.close();
    await environment?.drop();
    await buckets?.remove();
  });

  async function uploaded(field: string, type: string, bytes: Buffer): Promise<string> {
    const issued = await (
      await ada.post("/api/uploads", { field, name: "a", type, ...measured(bytes) })
    ).json();
    expect((await put(issued, bytes)).status).toBe(200);
    return issued.id;
  }

  test.each(FAULTS)(
    "which %s: a completion is told to try again, nothing has moved, and it works afterwards",
    async (_, fault) => {
      for (const id of [
        await uploaded("medicalLetter", "application/pdf", await samplePdf()),
        await uploaded("profilePicture", "image/jpeg", await samplePhoto()),
      ]) {
        await way.set(fault);
        const started = performance.now();
        const answer = await ada.post(`/api/uploads/${id}/complete`, {});
        expect(answer.status).toBe(503);
        expect((await answer.json()).code).toBe("unavailable");
        // Five for the first call that fails, and what it takes to give the upload back.
        expect(performance.now() - started).toBeLessThan(6000);
        expect((await db().upload.findUniqueOrThrow({ where: { id } })).state).toBe("issued");
        await way.set({ kind: "none" });
        expect((await ada.post(`/api/uploads/${id}/complete`, {})).status).toBe(200);
      }
    },
  );

  test.each(FAULTS)(
    "which %s: an upload in parts is told to try again at every step that needs the store, and goes on afterwards",
    async (_, fault) => {
      // It begins as a PDF does; over 32 MiB nobody looks further.
      const bytes = Buffer.alloc(33 * 1024 * 1024, "%PDF-1.7\n");
      await way.set(fault);
      const { id, parts: cutting } = await ticketInParts(ada, { field: "bundle", size: bytes.length });
      const parts = cut(bytes, cutting.size);
      const away = async (asking: () => Promise<Response>) => {
        await way.set(fault);
        const started = performance.now();
        const answer = await asking();
        expect(answer.status).toBe(503);
        expect((await answer.json()).code).toBe("unavailable");
        expect(performance.now() - started).toBeLessThan(6000);
        expect((await db().upload.findUniqueOrThrow({ where: { id } })).state).toBe("issued");
        await way.set({ kind: "none" });
      };
      await away(() => ask(ada, id, parts));
      await sendParts(ada, id, parts.slice(0, 3));
      // Once begun, a part is signed without the store; but what was asked for before has to be looked up.
      await way.set(fault);
      expect((await ask(ada, id, parts.slice(3, 4))).status).toBe(200);
      await away(() => ask(ada, id, parts.slice(0, 1)));
      await away(() => ada.get(`/api/uploads/${id}`));
      await sendParts(ada, id, parts.slice(3));
      await away(() => ada.post(`/api/uploads/${id}/complete`, {}));
      const { received } = await (await ada.get(`/api/uploads/${id}`)).json();
      expect(received).toHaveLength(parts.length);
      expect((await ada.post(`/api/uploads/${id}/complete`, {})).status).toBe(200);
    },
    // Four questions, each of which waits its five seconds where nothing is said.
    60_000,
  );

  test.each(FAULTS)("which %s: tickets, profile and queue work on", async (_, fault) => {
    await way.set(fault);
    const bytes = await samplePdf();
    const ticket = { field: "medicalLetter", name: "a.pdf", type: "application/pdf", ...measured(bytes) };
    const issued = await ada.post("/api/uploads", ticket);
    expect(issued.status).toBe(201);
    expect((await ada.get("/api/profile")).status).toBe(200);
    await way.set({ kind: "none" });
    expect((await ada.call("DELETE", `/api/uploads/${(await issued.json()).id}`)).status).toBe(204);
  });

  test.each(FAULTS)(
    "which %s: a withdrawn document is withdrawn, and its bytes are written down for the sweep",
    async (_, fault) => {
      const file = await ada.file("medicalLetter", await samplePdf(), { type: "application/pdf" });
      await way.set(fault);
      expect((await ada.call("DELETE", `/api/files/${file.id}`)).status).toBe(503);
      const { status, prefix } = await db().file.findUniqueOrThrow({ where: { id: file.id } });
      expect(status).toBe("withdrawn");
      expect(await db().purge.count({ where: { prefix, storage: "private" } })).toBe(1);
      expect((await ada.get(`/api/files/${file.id}/content`)).status).toBe(410);
    },
  );

  test("hiding a profile hides it at once, also where the copies could not be destroyed yet", async () => {
    const file = await ada.file("profilePicture", await samplePhoto(), { type: "image/jpeg" });
    const url = file.url ?? "";
    expect((await follow(url)).ok).toBe(true);
    await way.set({ kind: "refuse" });
    expect((await ada.call("PATCH", "/api/profile", { body: { visibility: "private" } })).status).toBe(503);
    expect((await ada.get("/api/profile").then((response) => response.json())).picture.variants).toEqual([]);
    expect(await db().purge.count({ where: { fileId: file.id, storage: "public" } })).toBe(1);
  });
});
