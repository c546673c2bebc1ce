import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createRecordingLog } from "@/lib/observability/testing/recording-log";
import { createMember, type Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const drainJobs = vi.hoisted(() => vi.fn());
vi.mock("./drain-jobs", () => ({ drainJobsBehindResponse: drainJobs }));
const { log, lines } = createRecordingLog();
let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  // The log of the process. As on Vercel, no HTTP server of ours runs before the handlers.
  Object.assign(globalThis, { dossierLog: { ...log, ready: async () => undefined } });
  environment = await createTestEnvironment({ NODE_ENV: "development" });
  ada = await createMember("Ada");
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => environment.drop());

test("a handler on Vercel returns the request id and logs it", async () => {
  const good = await ada.get(`/api/profiles/${ada.id}?token=hunter2`);
  const bad = await sendRequest("GET", `/api/files/${ada.id}/pages/3`, {
    headers: { "x-dossier-request": "one two" },
  });
  expect(lines).toEqual(
    [
      { response: good, route: "/api/profiles/[handle]", status: 404 },
      { response: bad, route: "/api/files/[id]/pages/[page]", status: 401 },
    ].map(({ response, route, status }) => ({
      level: "info",
      message: "answered",
      facts: {
        request: response.headers.get("x-request-id"),
        method: "GET",
        route,
        status,
        ms: expect.any(Number),
      },
    })),
  );
  expect(good.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("a response in development names the waiting times", async () => {
  const times = async (response: Response) =>
    [...(response.headers.get("server-timing") ?? "").matchAll(/(\w+);dur=([\d.]+)/g)].map(([, name, ms]) => [
      name,
      Number(ms),
    ]);
  const profile = await times(await ada.get("/api/profile"));
  expect(profile.map(([name]) => name)).toEqual(["db", "total"]);
  expect(profile[0]?.[1]).toBeGreaterThan(0);
  expect(Number(profile[1]?.[1])).toBeGreaterThanOrEqual(Number(profile[0]?.[1]));
  expect((await times(await sendRequest("GET", "/api/health"))).map(([name]) => name).sort()).toEqual([
    "db",
    "storage",
    "total",
  ]);
});

test("only the response of a job does not start the next job", async () => {
  drainJobs.mockClear();
  await sendRequest("POST", "/api/cron/due");
  expect(drainJobs).not.toHaveBeenCalled();
  await sendRequest("GET", "/api/health");
  expect(drainJobs).toHaveBeenCalledOnce();
});
