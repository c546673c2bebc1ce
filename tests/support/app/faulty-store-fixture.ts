import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { storages } from "@/app/_server/app-context";
import { createTestBuckets, type TestBuckets } from "@/tests/stores/buckets";
import { type Fault, type FaultProxy, startFaultProxy } from "@/tests/stores/fault-proxy";
import { s3Environment } from "@/tests/stores/s3-environment";
import { openTestStore } from "@/tests/stores/test-store";
import { casesOf } from "@/tests/support/campaign";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { createMember, type Person } from "./person";

const errorXml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** The ways in which a store is unavailable. Each name completes "with an S3 store that". */
export const ALL_STORE_FAULTS: [string, Fault][] = [
  ["refuses connections", { kind: "refuse" }],
  ["rejects our clock", { kind: "answer", status: 403, body: errorXml("RequestTimeTooSkewed") }],
  ["responds with 403", { kind: "answer", status: 403, body: errorXml("AccessDenied") }],
  ["resets connections", { kind: "reset" }],
  ["accepts connections and sends nothing", { kind: "silence" }],
  ["breaks off its responses", { kind: "stop", after: 60, ending: "reset" }],
  ["responds with 500", { kind: "answer", status: 500, body: errorXml("InternalError") }],
  ["responds with 503", { kind: "answer", status: 503, body: errorXml("SlowDown") }],
];

/** One of the faults in `npm test`, all of them in a campaign. */
export const STORE_FAULTS = casesOf(ALL_STORE_FAULTS);

/** Milliseconds until a response. The contract says five seconds; test machines are slower. */
export const MAX_ANSWER_MS = 6500;

export const store = await openTestStore();

export type FaultyStore = {
  faultProxy: FaultProxy;
  /** A member with a public profile. */
  ada: Person;
};

/**
 * An application with a fault proxy before its S3 store; browsers reach the store directly. Call
 * it inside a `describe`. The result is set before the first test, and each test starts without
 * faults.
 */
export function faultyStoreFixture(overrides: Record<string, string> = {}): FaultyStore {
  let environment: TestEnvironment;
  let buckets: TestBuckets;
  const fixture: Partial<FaultyStore> = {};
  beforeAll(async () => {
    if ("skipped" in store) return;
    buckets = await createTestBuckets(store);
    fixture.faultProxy = await startFaultProxy(new URL(store.endpoint));
    environment = await createTestEnvironment({
      ...s3Environment({ ...store, ...buckets, endpoint: fixture.faultProxy.url }),
      S3_BROWSER_ENDPOINT: store.endpoint,
      QUOTA_OPEN_UPLOADS: "1000",
      ...overrides,
    });
    fixture.ada = await createMember("Ada");
    await fixture.ada.request("PATCH", "/api/profile", { body: { visibility: "public" } });
  });
  afterEach(() => fixture.faultProxy?.set({ kind: "none" }));
  afterAll(async () => {
    await fixture.faultProxy?.close();
    await environment?.drop();
    await buckets?.remove();
  });
  return {
    get faultProxy() {
      return requireSetUp(fixture.faultProxy);
    },
    get ada() {
      return requireSetUp(fixture.ada);
    },
  };
}

function requireSetUp<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The fixture is set only when the tests run.");
  return value;
}

/** Expects 503 in time, with `Retry-After`. */
export async function expectUnavailable(request: Promise<Response>): Promise<void> {
  const started = performance.now();
  const response = await request;
  expect([response.status, (await response.json()).code]).toEqual([503, "unavailable"]);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(MAX_ANSWER_MS);
}

export async function listKeys(storage: "public" | "private", prefix: string | null): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storages()[storage].list(prefix ?? "none/")) keys.push(key);
  return keys;
}
