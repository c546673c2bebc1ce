import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { type Fault, type FaultProxy, startFaultProxy } from "@/tests/stores/fault-proxy";
import { samplePdf } from "@/tests/support/app/documents";
import {
  requestMultipartTicket,
  requestPartUrls,
  uploadParts as sendParts,
  splitIntoParts,
} from "@/tests/support/app/parts";
import { createMember, type Person, putBytes, sendRequest, sizeAndHashOf } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

/** Starts like a PDF. Files over 32 MiB are not parsed further. */
const LARGE = Buffer.alloc(33 * 1024 * 1024, "%PDF-1.7\n");

let environment: TestEnvironment;
let way: FaultProxy;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  const address = new URL(environment.url);
  way = await startFaultProxy(new URL(`http://${address.host}`));
  address.host = new URL(way.url).host;
  process.env.DATABASE_URL = address.href;
  ada = await createMember("Ada");
});
afterEach(async () => {
  await way.set({ kind: "none" });
  await recovered();
});
afterAll(async () => {
  await way.close();
  await environment.drop();
});

/** Waits until all requests succeed again, at most ten seconds. */
async function recovered(): Promise<void> {
  const expectSuccess = async () => {
    const responses = await Promise.all(Array.from({ length: 10 }, () => ada.get("/api/profile")));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
  };
  await vi.waitFor(expectSuccess, { timeout: 10_000, interval: 100 });
}

const FAULTS: [string, Fault][] = [
  ["refuses connections", { kind: "refuse" }],
  ["resets connections", { kind: "reset" }],
  ["accepts connections and sends nothing", { kind: "silence" }],
];

describe.each(FAULTS)("with a database that %s", (_, fault) => {
  test("every request gets 503 in six seconds and works afterwards", async () => {
    const bytes = await samplePdf();
    const ticket = {
      field: "medicalLetter",
      name: "a.pdf",
      type: "application/pdf",
      ...sizeAndHashOf(bytes),
    };
    const issued = await (await ada.post("/api/uploads", ticket)).json();
    await putBytes(issued, bytes);
    const { id, parts: cutting } = await requestMultipartTicket(ada, { field: "bundle", size: LARGE.length });
    const parts = splitIntoParts(LARGE, cutting.size);
    await sendParts(ada, id, parts);
    await way.set(fault);
    const started = performance.now();
    const responses = await Promise.all([
      ada.get("/api/profile"),
      ada.request("PATCH", "/api/profile", { body: { headline: "Tutor" } }),
      ada.post("/api/uploads", ticket),
      ada.post(`/api/uploads/${issued.id}/complete`, {}),
      requestPartUrls(ada, id, parts),
      ada.get(`/api/uploads/${id}`),
      ada.post(`/api/uploads/${id}/complete`, {}),
      sendRequest("GET", "/api/profiles/somebody"),
      sendRequest("POST", "/api/auth/sign-in/email", {
        body: { email: ada.email, password: "x".repeat(12) },
      }),
    ]);
    expect(performance.now() - started).toBeLessThan(6000);
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await response.json()).code).toBe("unavailable");
    }
    expect((await sendRequest("GET", "/api/fields")).status).toBe(200);
    await way.set({ kind: "none" });
    await recovered();
    expect((await ada.complete(issued.id)).status).toBe(200);
    expect((await requestPartUrls(ada, id, parts)).status).toBe(200);
    expect((await ada.complete(id)).status).toBe(200);
  });
});

test("health reports the database as failing and nothing else", async () => {
  expect((await sendRequest("GET", "/api/health")).status).toBe(200);
  await way.set({ kind: "refuse" });
  // The result of a check is cached for a second.
  await vi.waitFor(
    async () => {
      const response = await sendRequest("GET", "/api/health");
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        status: "failing",
        checks: { database: "failing", storage: "ok" },
      });
    },
    { timeout: 5_000, interval: 100 },
  );
});
