import { afterAll, beforeAll, expect, test } from "vitest";
import { sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const checks = { database: "ok", storage: "ok" };

test("health names database and storage, and reports a shutdown", async () => {
  const well = await sendRequest("GET", "/api/health");
  expect([well.status, await well.json()]).toEqual([200, { status: "ok", checks }]);
  expect(well.headers.get("cache-control")).toBe("private, no-store");
  // Only development shows waiting times.
  expect(well.headers.has("server-timing")).toBe(false);
  const closing = await sendRequest("GET", "/api/health", { headers: { "x-dossier-closing": "1" } });
  expect([closing.status, await closing.json()]).toEqual([503, { status: "closing", checks }]);
  expect((await sendRequest("HEAD", "/api/health")).status).toBe(200);
  expect((await sendRequest("POST", "/api/health")).status).toBe(405);
});
