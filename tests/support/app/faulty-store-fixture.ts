import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { storages } from "@/app/_server/app-context";
import { createTestBuckets, type TestBuckets } from "@/tests/stores/buckets";
import { type Fault, type FaultProxy, startFaultProxy } from "@/tests/stores/fault-proxy";
import { s3Environment } from "@/tests/stores/s3-environment";
import { openTestStore } from "@/tests/stores/test-store";
import { casesOf } from "@/tests/support/campaign";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { type Person, signUp } from "./person";

const errorXml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** The ways in which a store is unavailable. Each name completes "with an S3 store that". */
const ALL_FAULTS: [string, Fault][] = [
  ["is not there", { kind: "refuse" }],
  ["says that our clock is wrong", { kind: "answer", status: 403, body: errorXml("RequestTimeTooSkewed") }],
  ["answers 403", { kind: "answer", status: 403, body: errorXml("AccessDenied") }],
  ["resets connections", { kind: "reset" }],
  ["takes connections and says nothing", { kind: "silence" }],
  ["breaks off in the middle of its answers", { kind: "stop", after: 60, ending: "reset" }],
  ["answers 500", { kind: "answer", status: 500, body: errorXml("InternalError") }],
  ["answers 503", { kind: "answer", status: 503, body: errorXml("SlowDown") }],
];

/** Two of the faults in `npm test`, all of them in a campaign. */
export const STORE_FAULTS = casesOf(ALL_FAULTS, 2);

/** Milliseconds until an answer: five seconds are promised, and machines that test have more to do. */
export const MAX_ANSWER_MS = 6500;

export const store = await openTestStore();

export type FaultyStore = {
  faultProxy: FaultProxy;
  /** A member whose profile anybody may see. */
  ada: Person;
};

/**
 * An application whose way to its S3 store can be made to fail, while browsers have a way of their own that does not. Call it inside a `describe`; what it
 * returns is filled before the first test, and every test begins with the store in order.
 */
export function faultyStoreFixture(more: Record<string, string> = {}): FaultyStore {
  let environment: TestEnvironment;
  let buckets: TestBuckets;
  const filled: Partial<FaultyStore> = {};
  beforeAll(async () => {
    if ("skipped" in store) return;
    buckets = await createTestBuckets(store);
    filled.faultProxy = await startFaultProxy(new URL(store.endpoint));
    environment = await createTestEnvironment({
      ...s3Environment({ ...store, ...buckets, endpoint: filled.faultProxy.url }),
      S3_BROWSER_ENDPOINT: store.endpoint,
      QUOTA_OPEN_UPLOADS: "1000",
      ...more,
    });
    filled.ada = await signUp("Ada");
    await filled.ada.request("PATCH", "/api/profile", { body: { visibility: "public" } });
  });
  afterEach(() => filled.faultProxy?.set({ kind: "none" }));
  afterAll(async () => {
    await filled.faultProxy?.close();
    await environment?.drop();
    await buckets?.remove();
  });
  return {
    get faultProxy() {
      return requireSetUp(filled.faultProxy);
    },
    get ada() {
      return requireSetUp(filled.ada);
    },
  };
}

function requireSetUp<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("This is there when the tests begin, and not before.");
  return value;
}

/** 503 in time, and when to come again. */
export async function expectUnavailable(answer: Promise<Response>): Promise<void> {
  const started = performance.now();
  const response = await answer;
  expect([response.status, (await response.json()).code]).toEqual([503, "unavailable"]);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(MAX_ANSWER_MS);
}

export async function listKeys(storage: "public" | "private", prefix: string | null): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storages()[storage].list(prefix ?? "none/")) keys.push(key);
  return keys;
}
