import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { db, deps, storages } from "@/app/_server/services";
import { samplePdf, samplePhoto } from "@/app/testing/documents";
import { ask, cut, send as sendParts, ticketInParts } from "@/app/testing/parts";
import { follow, type Person, send, signUp } from "@/app/testing/person";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { createTestBuckets, type TestBuckets } from "@/lib/storage/testing/buckets";
import { type Fault, type FaultProxy, startFaultProxy } from "@/lib/storage/testing/fault-proxy";
import { s3Environment } from "@/lib/storage/testing/s3-environment";
import { testStore } from "@/lib/storage/testing/test-store";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";
import { reconcile } from "@/lib/uploads/reconcile";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const PART = 5 * 1024 * 1024;
const SECRET = "a secret of the scheduler";
const store = await testStore();

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
const FAULTS: [string, Fault][] = [
  ["is not there", { kind: "refuse" }],
  ["resets connections", { kind: "reset" }],
  ["takes connections and says nothing", { kind: "silence" }],
  ["breaks off in the middle of its answers", { kind: "stop", after: 60, ending: "reset" }],
  ["answers 500", { kind: "answer", status: 500, body: error("InternalError") }],
  ["answers 503", { kind: "answer", status: 503, body: error("SlowDown") }],
  ["answers 403", { kind: "answer", status: 403, body: error("AccessDenied") }],
  ["says that our clock is wrong", { kind: "answer", status: 403, body: error("RequestTimeTooSkewed") }],
];

describe.skipIf("skipped" in store)("with an S3 store that", { timeout: 120_000 }, () => {
  let environment: TestEnvironment;
  let buckets: TestBuckets;
  let way: FaultProxy;
  let ada: Person;
  let bytes: Buffer;

  beforeAll(async () => {
    if ("skipped" in store) return;
    buckets = await createTestBuckets(store);
    way = await startFaultProxy(new URL(store.endpoint));
    environment = await testEnvironment({
      // The application's way to the store can fail; the browser has its own.
      ...s3Environment({ ...store, ...buckets, endpoint: way.url }),
      S3_BROWSER_ENDPOINT: store.endpoint,
      CRON_SECRET: SECRET,
      QUOTA_OPEN_UPLOADS: "1000",
    });
    ada = await signUp("Ada");
    await ada.call("PATCH", "/api/profile", { body: { visibility: "public" } });
    bytes = await samplePdf({ attached: PART });
  });
  afterEach(() => way.set({ kind: "none" }));
  afterAll(async () => {
    await way?.close();
    await environment?.drop();
    await buckets?.remove();
  });

  const ticket = async () => (await ticketInParts(ada, { field: "bundle", size: bytes.length })).id;
  const complete = (id: string) => ada.post(`/api/uploads/${id}/complete`, {});
  const uploadRow = (id: string) => db().upload.findUniqueOrThrow({ where: { id } });
  const sweep = () => send("POST", "/api/cron/sweep", { headers: { authorization: `Bearer ${SECRET}` } });

  /** 503 in time, and when to come again. */
  async function expectAway(answer: Promise<Response>): Promise<void> {
    const started = performance.now();
    const response = await answer;
    expect([response.status, (await response.json()).code]).toEqual([503, "unavailable"]);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    // Five for the call that fails, and what it takes to put things back.
    expect(performance.now() - started).toBeLessThan(6500);
  }

  async function keysBelow(storage: "public" | "private", prefix: string | null): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of storages()[storage].list(prefix ?? "none/")) keys.push(key);
    return keys;
  }

  test.each(FAULTS)(
    "%s: parts cannot be begun or joined, nothing has moved or is said to be missing, and both work afterwards",
    async (_, fault) => {
      const id = await ticket();
      const parts = cut(bytes, PART);
      await way.set(fault);
      await expectAway(ask(ada, id, parts));
      expect(await uploadRow(id)).toMatchObject({ state: "issued", multipartId: null });
      await way.set({ kind: "none" });
      await sendParts(ada, id, parts);
      await way.set(fault);
      await expectAway(complete(id));
      await expectAway(ada.get(`/api/uploads/${id}`));
      expect((await uploadRow(id)).state).toBe("issued");
      await way.set({ kind: "none" });
      expect((await (await ada.get(`/api/uploads/${id}`)).json()).received).toHaveLength(parts.length);
      const answer = await complete(id);
      expect(answer.status).toBe(200);
      expect(await (await complete(id)).json()).toEqual(await answer.json());
    },
  );

  test.each(FAULTS)(
    "%s: a picture is hidden, shown and erased when the answer says so, and not before",
    async (_, fault) => {
      const { id, url = "" } = await ada.file("profilePicture", await samplePhoto(), { type: "image/jpeg" });
      const row = () => db().file.findUniqueOrThrow({ where: { id } });
      const { publicPrefix, prefix } = await row();
      const flag = (visibility: string) => ada.call("PATCH", `/api/files/${id}`, { body: { visibility } });

      await way.set(fault);
      await expectAway(flag("private"));
      // The flag holds, nobody is told the address any more, and a second try does not take the bytes for gone either.
      expect(await row()).toMatchObject({ visibility: "private", publicPrefix: null });
      await expectAway(flag("private"));
      await way.set({ kind: "none" });
      expect((await flag("private")).status).toBe(200);
      expect((await follow(url)).ok).toBe(false);
      expect(await keysBelow("public", publicPrefix)).toEqual([]);

      await way.set(fault);
      await expectAway(flag("public"));
      expect((await row()).publicPrefix).toBeNull();
      await way.set({ kind: "none" });
      const shown = await (await flag("public")).json();
      expect((await follow(shown.url)).ok).toBe(true);

      await way.set(fault);
      await expectAway(ada.call("DELETE", `/api/files/${id}`));
      await expectAway(ada.call("DELETE", `/api/files/${id}`));
      await way.set({ kind: "none" });
      expect(await keysBelow("private", prefix)).not.toEqual([]);
      expect((await ada.call("DELETE", `/api/files/${id}`)).status).toBe(204);
      expect(await keysBelow("private", prefix)).toEqual([]);
      expect((await follow(shown.url)).ok).toBe(false);
    },
  );

  test.each(FAULTS)(
    "%s: a sweep takes nothing for done and a comparison nothing for missing",
    async (_, fault) => {
      await ada.file("medicalLetter", await samplePdf(), { type: "application/pdf" });
      const gone = await ada.file("medicalLetter", await samplePdf(), { type: "application/pdf" });
      const begun = await ticket();
      await sendParts(ada, begun, cut(bytes, PART));
      await db().upload.update({ where: { id: begun }, data: { expiresAt: new Date(0) } });
      await way.set(fault);
      await expectAway(ada.call("DELETE", `/api/files/${gone.id}`));
      // Past the wait after the failure just now.
      await db().purge.updateMany({ data: { retryAt: null } });
      const { prefix } = await db().file.findUniqueOrThrow({ where: { id: gone.id } });
      const { key } = await uploadRow(begun);
      const answer = await sweep();
      if (answer.status === 200) expect((await answer.json()).failed).toBeGreaterThan(0);
      else expect(answer.status).toBe(503);
      expect(await db().purge.count({ where: { prefix } })).toBe(1);
      expect(await db().purge.count({ where: { prefix: key } })).toBeGreaterThan(0);
      expect(await db().trail.count({ where: { subjectId: gone.id } })).toBe(0);

      const findings: unknown[] = [];
      const comparing = (async () => {
        for await (const finding of reconcile(deps())) findings.push(finding);
      })();
      await expect(comparing).rejects.toMatchObject({ code: "unavailable" });
      expect(findings).toEqual([]);

      await way.set({ kind: "none" });
      await db().purge.updateMany({ data: { retryAt: null } });
      expect(await (await sweep()).json()).toMatchObject({ failed: 0, left: { uploads: 0, purges: 0 } });
      expect(await keysBelow("private", prefix)).toEqual([]);
      // Attempts in parts whose beginning was never answered stay until they are older than any ticket.
      for await (const finding of reconcile(deps())) if (!("multipartId" in finding)) findings.push(finding);
      expect(findings).toEqual([]);
    },
  );

  const LOST: [string, RegExp][] = [
    ["the beginning of parts", /^POST \S*uploads(=|\s)/],
    ["the joining of parts", /^POST \S*uploadId=/],
    ["the copy of what was joined", /^PUT \S*files\//],
  ];
  test.each(LOST)(
    "does its work, and the answer to %s is lost: the request, or the same once more, succeeds",
    async (_, only) => {
      const id = await ticket();
      const parts = cut(bytes, PART);
      const once = async (request: () => Promise<Response>) => {
        const first = await request();
        if (first.status === 200) return first;
        expect(first.status).toBe(503);
        return request();
      };
      await way.set({ kind: "lose-first-answer", only });
      expect((await once(() => ask(ada, id, parts))).status).toBe(200);
      await sendParts(ada, id, parts);
      const answer = await once(() => complete(id));
      expect(answer.status).toBe(200);
      const { file } = await answer.json();
      expect((await (await complete(id)).json()).file).toEqual(file);
      expect(await db().file.count({ where: { ownerId: ada.id, field: "bundle", id: file.id } })).toBe(1);
    },
  );

  test("is slow: everything is answered all the same", async () => {
    await way.set({ kind: "delay", milliseconds: 200 });
    const file = await ada.file("profilePicture", await samplePhoto(), { type: "image/jpeg" });
    const hidden = await ada.call("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
    expect(hidden.status).toBe(200);
    const id = await ticket();
    await sendParts(ada, id, cut(bytes, PART));
    expect((await complete(id)).status).toBe(200);
  });
});
