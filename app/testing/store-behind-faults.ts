import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { storages } from "@/app/_server/services";
import { createTestBuckets, type TestBuckets } from "@/lib/storage/testing/buckets";
import { type Fault, type FaultProxy, startFaultProxy } from "@/lib/storage/testing/fault-proxy";
import { s3Environment } from "@/lib/storage/testing/s3-environment";
import { testStore } from "@/lib/storage/testing/test-store";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";
import { type Person, signUp } from "./person";

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** All ways in which a store is away, by name: "with an S3 store that …". */
export const FAULTS: [string, Fault][] = [
  ["is not there", { kind: "refuse" }],
  ["resets connections", { kind: "reset" }],
  ["takes connections and says nothing", { kind: "silence" }],
  ["breaks off in the middle of its answers", { kind: "stop", after: 60, ending: "reset" }],
  ["answers 500", { kind: "answer", status: 500, body: error("InternalError") }],
  ["answers 503", { kind: "answer", status: 503, body: error("SlowDown") }],
  ["answers 403", { kind: "answer", status: 403, body: error("AccessDenied") }],
  ["says that our clock is wrong", { kind: "answer", status: 403, body: error("RequestTimeTooSkewed") }],
];

/** Milliseconds until an answer: five seconds are promised, and machines that test have more to do. */
export const IN_TIME = 6500;

export const store = await testStore();

export type StoreBehindFaults = {
  way: FaultProxy;
  /** A member whose profile anybody may see. */
  ada: Person;
};

/**
 * An application whose way to its S3 store can be made to fail, while browsers have a way of their own that does not. Call it inside a `describe`; what it
 * returns is filled before the first test, and every test begins with the store in order.
 */
export function storeBehindFaults(more: Record<string, string> = {}): StoreBehindFaults {
  let environment: TestEnvironment;
  let buckets: TestBuckets;
  const filled: Partial<StoreBehindFaults> = {};
  beforeAll(async () => {
    if ("skipped" in store) return;
    buckets = await createTestBuckets(store);
    filled.way = await startFaultProxy(new URL(store.endpoint));
    environment = await testEnvironment({
      ...s3Environment({ ...store, ...buckets, endpoint: filled.way.url }),
      S3_BROWSER_ENDPOINT: store.endpoint,
      QUOTA_OPEN_UPLOADS: "1000",
      ...more,
    });
    filled.ada = await signUp("Ada");
    await filled.ada.call("PATCH", "/api/profile", { body: { visibility: "public" } });
  });
  afterEach(() => filled.way?.set({ kind: "none" }));
  afterAll(async () => {
    await filled.way?.close();
    await environment?.drop();
    await buckets?.remove();
  });
  return {
    get way() {
      return there(filled.way);
    },
    get ada() {
      return there(filled.ada);
    },
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("This is there when the tests begin, and not before.");
  return value;
}

/** 503 in time, and when to come again. */
export async function expectAway(answer: Promise<Response>): Promise<void> {
  const started = performance.now();
  const response = await answer;
  expect([response.status, (await response.json()).code]).toEqual([503, "unavailable"]);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(IN_TIME);
}

export async function keysBelow(storage: "public" | "private", prefix: string | null): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storages()[storage].list(prefix ?? "none/")) keys.push(key);
  return keys;
}
