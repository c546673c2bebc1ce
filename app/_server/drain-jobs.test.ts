import { beforeEach, expect, test, vi } from "vitest";
import { createRecordingLog } from "@/lib/observability/testing/recording-log";
import { drainJobsBehindResponse } from "./drain-jobs";

const SECRET = "a secret of the scheduler";
const { log, lines } = createRecordingLog();
let now = 0;
const mocks = vi.hoisted(() => ({ env: {}, waitUntil: vi.fn(), fetch: vi.fn() }));
vi.mock("@/lib/config/env", () => ({ env: () => mocks.env }));
vi.mock("./app-context", () => ({ clock: { now: () => new Date(now) } }));
vi.mock("./log", () => ({ log: () => log }));
vi.mock("./wait-until", () => ({ waitUntil: mocks.waitUntil }));
vi.stubGlobal("fetch", mocks.fetch);

const production = { APP_URL: "https://dossier.example", VERCEL_ENV: "production", CRON_SECRET: SECRET };

beforeEach(() => {
  vi.clearAllMocks();
  lines.length = 0;
  now += 24 * 3600_000;
  mocks.env = production;
  mocks.fetch.mockImplementation(async () => new Response("{}"));
});

async function drain(): Promise<void> {
  drainJobsBehindResponse();
  await mocks.waitUntil.mock.lastCall?.[0];
}

test.each([
  { VERCEL_ENV: "preview" },
  { VERCEL_ENV: "development" },
  { VERCEL_ENV: undefined },
  { CRON_SECRET: undefined },
])("a deployment with %o starts no job", async (settings) => {
  mocks.env = { ...production, ...settings };
  await drain();
  expect(mocks.fetch).not.toHaveBeenCalled();
});

test("a production deployment starts a due job behind its response", async () => {
  await drain();
  const [url, { method, headers }] = mocks.fetch.mock.lastCall ?? [];
  expect([String(url), method, headers]).toEqual([
    "https://dossier.example/api/cron/due",
    "POST",
    { authorization: `Bearer ${SECRET}` },
  ]);
  expect(lines).toEqual([]);
});

test("an instance starts at most one job a minute", async () => {
  await drain();
  now += 59_999;
  await drain();
  expect(mocks.fetch).toHaveBeenCalledTimes(1);
  now += 1;
  await drain();
  expect(mocks.fetch).toHaveBeenCalledTimes(2);
});

test("a refusal and a failure are in the log without the secret", async () => {
  mocks.fetch.mockResolvedValueOnce(new Response("", { status: 401 }));
  await drain();
  now += 60_000;
  mocks.fetch.mockRejectedValueOnce(new TypeError(`fetch failed ${SECRET}`));
  await drain();
  expect(lines.map(({ message, facts }) => [message, facts])).toEqual([
    ["No due job started.", { status: 401 }],
    ["No due job started.", { reason: "TypeError" }],
  ]);
});

test("a job that takes longer than its caller waits is no failure", async () => {
  mocks.fetch.mockRejectedValueOnce(new DOMException("too long", "TimeoutError"));
  await drain();
  expect(lines).toEqual([]);
});
