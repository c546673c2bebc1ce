import { afterEach, expect, test, vi } from "vitest";
import { createTestDatabase } from "../../tests/support/database";
import { createDb } from "./client";

const REQUEST_CONTEXT = Symbol.for("@vercel/request-context");

afterEach(() => {
  Reflect.deleteProperty(globalThis, REQUEST_CONTEXT);
  vi.unstubAllEnvs();
});

test.each([
  [true, 1],
  [false, 0],
])("with onVercel %s a query registers %i open connections with the platform", async (onVercel, calls) => {
  vi.stubEnv("VERCEL_URL", "dossier.example");
  vi.stubEnv("VERCEL_REGION", "fra1");
  const waitUntil = vi.fn();
  Reflect.set(globalThis, REQUEST_CONTEXT, { get: () => ({ waitUntil }) });
  const database = await createTestDatabase();
  const db = createDb(database.url, { connections: 1, onVercel });
  await db.pool.query("SELECT 1");
  expect(waitUntil).toHaveBeenCalledTimes(calls);
  await db.$disconnect();
  await database.drop();
});
