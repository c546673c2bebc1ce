import { expect, test } from "vitest";
import { createHealthCheck } from "./health";
import { createRecordingLog } from "./testing/recording-log";

/** What health asks, with a database and a store that do as they are told. */
function createTestChecks() {
  let now = 0;
  const asked = { database: 0, storage: 0 };
  const state: Record<keyof typeof asked, () => Promise<unknown>> = {
    database: async () => undefined,
    storage: async () => undefined,
  };
  const ask = (name: keyof typeof asked) => () => {
    asked[name] += 1;
    return state[name]();
  };
  const { log, lines } = createRecordingLog();
  return {
    asked,
    state,
    lines,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    deps: { database: ask("database"), storage: ask("storage"), log, clock: { now: () => new Date(now) } },
  };
}

const neverResolve = () => new Promise(() => undefined);

test("health names what works and asks once a second", async () => {
  const { deps, asked, pass } = createTestChecks();
  const health = createHealthCheck(deps);
  const well = { status: "ok", checks: { database: "ok", storage: "ok" } };
  const answers = await Promise.all(Array.from({ length: 500 }, health));
  expect(answers).toEqual(Array(500).fill(well));
  expect(await health()).toEqual(well);
  expect(asked).toEqual({ database: 1, storage: 1 });
  pass(1_000);
  await health();
  expect(asked).toEqual({ database: 2, storage: 2 });
});

test("what fails is failing and takes nothing else with it; why is in the log, in our words", async () => {
  const { deps, state, lines } = createTestChecks();
  state.storage = () =>
    Promise.reject(Object.assign(new Error("https://key:secret@store"), { code: "ECONNRESET" }));
  const health = createHealthCheck(deps);
  expect(await health()).toMatchObject({ status: "failing", checks: { database: "ok", storage: "failing" } });
  expect(lines).toEqual([
    { level: "warn", message: "A health check fails.", facts: { check: "storage", reason: "ECONNRESET" } },
  ]);
});

test("what hangs fails in time, is not asked again while it hangs, and is well again when it answers", async () => {
  const { deps, state, asked, pass } = createTestChecks();
  const answer = Promise.withResolvers<void>();
  state.database = () => answer.promise;
  state.storage = neverResolve;
  const health = createHealthCheck(deps, { timeoutMs: 20 });
  expect((await health()).checks).toMatchObject({ database: "failing", storage: "failing" });
  pass(1_000);
  const again = performance.now();
  expect((await health()).status).toBe("failing");
  expect(performance.now() - again).toBeLessThan(15);
  expect(asked).toEqual({ database: 1, storage: 1 });
  answer.resolve();
  await answer.promise;
  pass(1_000);
  expect((await health()).checks).toMatchObject({ database: "ok", storage: "failing" });
});
