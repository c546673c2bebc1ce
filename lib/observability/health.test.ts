import { expect, test } from "vitest";
import { createHealthCheck } from "./health";
import { createRecordingLog } from "./testing/recording-log";

/** Creates checks that count their calls and whose results a test replaces in `results`. */
function createTestChecks() {
  let now = 0;
  const calls = { database: 0, storage: 0 };
  const results: Record<keyof typeof calls, () => Promise<unknown>> = {
    database: async () => undefined,
    storage: async () => undefined,
  };
  const check = (name: keyof typeof calls) => () => {
    calls[name] += 1;
    return results[name]();
  };
  const { log, lines } = createRecordingLog();
  return {
    calls,
    results,
    lines,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    context: {
      database: check("database"),
      storage: check("storage"),
      log,
      clock: { now: () => new Date(now) },
    },
  };
}

const neverResolve = () => new Promise(() => undefined);

test("the health check calls each dependency once a second", async () => {
  const { context, calls, pass } = createTestChecks();
  const checkHealth = createHealthCheck(context);
  const healthy = { status: "ok", checks: { database: "ok", storage: "ok" } };
  const results = await Promise.all(Array.from({ length: 500 }, checkHealth));
  expect(results).toEqual(Array(500).fill(healthy));
  expect(await checkHealth()).toEqual(healthy);
  expect(calls).toEqual({ database: 1, storage: 1 });
  pass(1_000);
  await checkHealth();
  expect(calls).toEqual({ database: 2, storage: 2 });
});

test("the health check names the failing dependency and logs a safe reason", async () => {
  const { context, results, lines } = createTestChecks();
  results.storage = () =>
    Promise.reject(Object.assign(new Error("https://key:secret@store"), { code: "ECONNRESET" }));
  const checkHealth = createHealthCheck(context);
  expect(await checkHealth()).toMatchObject({
    status: "failing",
    checks: { database: "ok", storage: "failing" },
  });
  expect(lines).toEqual([
    { level: "warn", message: "A health check fails.", facts: { check: "storage", reason: "ECONNRESET" } },
  ]);
});

test("a hanging check fails after the timeout and is not repeated meanwhile", async () => {
  const { context, results, calls, pass } = createTestChecks();
  const response = Promise.withResolvers<void>();
  results.database = () => response.promise;
  results.storage = neverResolve;
  const checkHealth = createHealthCheck(context, { timeoutMs: 200 });
  expect((await checkHealth()).checks).toMatchObject({ database: "failing", storage: "failing" });
  pass(1_000);
  const start = performance.now();
  expect((await checkHealth()).status).toBe("failing");
  expect(performance.now() - start).toBeLessThan(150);
  expect(calls).toEqual({ database: 1, storage: 1 });
  response.resolve();
  await response.promise;
  pass(1_000);
  expect((await checkHealth()).checks).toMatchObject({ database: "ok", storage: "failing" });
});
