import { afterEach, expect, test, vi } from "vitest";
import { createTestDatabase } from "../../tests/support/database";
import { createDb } from "./client";
import { isDatabaseUnavailable } from "./outage";

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

test("the server cancels a statement before the client gives up", async () => {
  const database = await createTestDatabase();
  const db = createDb(database.url, { connections: 1 });
  const waiting = db.pool.query("SELECT pg_sleep(60)");
  // 57014 comes from the server. A client that gives up first reports a "Query read timeout".
  await expect(waiting).rejects.toMatchObject({ code: "57014" });
  await expect(db.$queryRaw`SELECT pg_sleep(60)`).rejects.toSatisfy(isDatabaseUnavailable);
  await db.$disconnect();
  await database.drop();
}, 20_000);
