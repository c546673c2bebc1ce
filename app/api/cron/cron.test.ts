import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as appContextModule from "@/app/_server/app-context";
import type { Job } from "@/lib/jobs/jobs";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, putBytes, sendRequest, sizeAndHashOf } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

vi.mock("@/lib/jobs/jobs", async (original) => {
  const { JOBS } = await original<typeof import("@/lib/jobs/jobs")>();
  const planted: Job = {
    name: "planted",
    schedule: "30 2 * * *",
    dailySchedule: "30 2 * * *",
    run: async () => ({ counted: 7 }),
  };
  return { JOBS: new Map([...JOBS, [planted.name, planted]]) };
});

const SECRET = "a secret of the scheduler";
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment({ CRON_SECRET: SECRET, SWEEP_GRACE: "1" });
});
afterAll(() => environment.drop());

const call = (method: string, job: string, authorization?: string) =>
  sendRequest(method, `/api/cron/${job}`, authorization === undefined ? {} : { headers: { authorization } });

test.each([
  ["no header", undefined],
  ["an empty bearer", "Bearer "],
  ["another secret", `Bearer ${SECRET}.`],
  ["a prefix of the secret", `Bearer ${SECRET.slice(0, -1)}`],
  ["the secret without a scheme", SECRET],
  ["the secret in another scheme", `Basic ${SECRET}`],
])("a cron request with %s gets 401 for any job", async (_, authorization) => {
  for (const job of ["sweep", "work", "nothing-like-it"]) {
    for (const method of ["GET", "POST"]) {
      const response = await call(method, job, authorization);
      expect([response.status, (await response.json()).code]).toEqual([401, "unauthenticated"]);
    }
  }
});

test("a cron request for an unknown job gets 404", async () => {
  for (const job of ["nothing-like-it", "toString", "__proto__", "SWEEP"])
    expect((await call("POST", job, `Bearer ${SECRET}`)).status).toBe(404);
});

test("a HEAD request for a job gets 405", async () => {
  expect((await call("HEAD", "sweep", `Bearer ${SECRET}`)).status).toBe(405);
});

test("a cron request gets 503 while CRON_SECRET is unset", async () => {
  const unset = vi.spyOn(appContextModule, "cronSecret").mockReturnValue(undefined);
  for (const authorization of [undefined, "Bearer ", "Bearer undefined", `Bearer ${SECRET}`])
    expect((await call("GET", "work", authorization)).status).toBe(503);
  unset.mockRestore();
});

test("a preview deployment runs no job", async () => {
  const preview = vi.spyOn(appContextModule, "isPreview").mockReturnValue(true);
  const response = await call("POST", "retention", `Bearer ${SECRET}`);
  expect([response.status, (await response.json()).code]).toEqual([403, "forbidden"]);
  expect((await call("POST", "retention", "Bearer another")).status).toBe(401);
  preview.mockRestore();
});

test.each(["GET", "POST"])("%s with the secret runs the sweep and returns its counts", async (method) => {
  const ada = await createMember();
  const pdf = await samplePdf();
  const ticket = { field: "contract", name: "a.pdf", type: "application/pdf", ...sizeAndHashOf(pdf) };
  const issued = await (await ada.post("/api/uploads", ticket)).json();
  await putBytes(issued, pdf);
  const { key } = await appContextModule.db().upload.update({
    where: { id: issued.id },
    data: { expiresAt: new Date(Date.now() - 10_000) },
  });
  expect(await appContextModule.storages().private.stat(key)).not.toBeNull();
  const response = await call(method, "sweep", `Bearer ${SECRET}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    expired: 1,
    destroyed: 1,
    settled: 0,
    aborted: 0,
    heads: 0,
    failed: 0,
    left: { uploads: 0, purges: 0, publications: 0 },
  });
  expect(await appContextModule.storages().private.stat(key)).toBeNull();
  expect((await ada.post(`/api/uploads/${issued.id}/complete`, {})).status).toBe(410);
});

test("the work job returns zeros if nothing is due", async () => {
  const response = await call("POST", "work", `Bearer ${SECRET}`);
  expect(await response.json()).toEqual({
    destroyed: 0,
    settled: 0,
    failed: 0,
    mailed: 0,
    unmailed: 0,
    replayed: 0,
    left: { uploads: 0, purges: 0, publications: 0 },
  });
});

test("a new row in the list of jobs has a URL", async () => {
  const response = await call("GET", "planted", `Bearer ${SECRET}`);
  expect(await response.json()).toEqual({ counted: 7 });
});

test("the URL of due jobs runs one job a request", async () => {
  const ran: string[] = [];
  for (const expected of ["work", "sweep", "retention", "reminders", "planted"]) {
    const response = await call("POST", "due", `Bearer ${SECRET}`);
    expect(response.status).toBe(200);
    ran.push(...Object.keys(await response.json()));
    expect(ran.at(-1)).toBe(expected);
  }
  expect(await (await call("POST", "due", "Bearer another")).json()).toMatchObject({
    code: "unauthenticated",
  });
});
