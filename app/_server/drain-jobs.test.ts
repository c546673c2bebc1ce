import { expect, test, vi } from "vitest";
import { drainJobsBehindResponse } from "./drain-jobs";

const mocks = vi.hoisted(() => ({ VERCEL_ENV: "", waitUntil: vi.fn(), runJobOnce: vi.fn() }));
vi.mock("@/lib/config/env", () => ({ env: () => mocks }));
vi.mock("@/lib/jobs/run-jobs", async (original) => ({
  ...(await original<typeof import("@/lib/jobs/run-jobs")>()),
  runJobOnce: mocks.runJobOnce,
}));
vi.mock("./app-context", () => ({ appContext: () => ({}), clock: { now: () => new Date() } }));
vi.mock("./wait-until", () => ({ waitUntil: mocks.waitUntil }));

test.each(["preview", "development", undefined])("a deployment for %s runs no job", (VERCEL_ENV) => {
  Object.assign(mocks, { VERCEL_ENV });
  drainJobsBehindResponse();
  expect(mocks.waitUntil).not.toHaveBeenCalled();
});

test("a production deployment runs a job behind its response", async () => {
  mocks.VERCEL_ENV = "production";
  drainJobsBehindResponse();
  await mocks.waitUntil.mock.lastCall?.[0];
  expect(mocks.runJobOnce).toHaveBeenCalledOnce();
});
