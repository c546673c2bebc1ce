import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as services from "@/app/_server/app-context";
import { samplePdf } from "@/tests/support/app/documents";
import { sizeAndHashOf, putBytes, sendRequest, signUp } from "@/tests/support/app/person";
import { type TestEnvironment, createTestEnvironment } from "@/tests/support/environment";

const SECRET = "a secret of the scheduler";
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment({ CRON_SECRET: SECRET, SWEEP_GRACE: "1" });
});
afterAll(() => environment.drop());

const call = (method: string, job: string, authorization?: string) =>
  sendRequest(method, `/api/cron/${job}`, authorization === undefined ? {} : { headers: { authorization } });

describe("a scheduler's call", () => {
  test.each([
    ["nothing", undefined],
    ["an empty bearer", "Bearer "],
    ["another secret", `Bearer ${SECRET}.`],
    ["the secret's beginning", `Bearer ${SECRET.slice(0, -1)}`],
    ["the secret without its scheme", SECRET],
    ["the secret in another scheme", `Basic ${SECRET}`],
  ])("with %s is answered 401, whatever job it names", async (_, authorization) => {
    for (const job of ["sweep", "work", "nothing-like-it"]) {
      for (const method of ["GET", "POST"]) {
        const response = await call(method, job, authorization);
        expect([response.status, (await response.json()).code]).toEqual([401, "unauthenticated"]);
      }
    }
  });

  test("for a job that there is not is answered 404, names of an object's own among them", async () => {
    for (const job of ["nothing-like-it", "toString", "__proto__", "SWEEP"])
      expect((await call("POST", job, `Bearer ${SECRET}`)).status).toBe(404);
  });

  test("is never a HEAD, which nobody expects to do anything", async () => {
    expect((await call("HEAD", "sweep", `Bearer ${SECRET}`)).status).toBe(405);
  });

  test("is answered 503 where no secret is set, with an empty bearer too", async () => {
    const unset = vi.spyOn(services, "cronSecret").mockReturnValue(undefined);
    for (const authorization of [undefined, "Bearer ", "Bearer undefined", `Bearer ${SECRET}`])
      expect((await call("GET", "work", authorization)).status).toBe(503);
    unset.mockRestore();
  });
});

describe("with the secret", () => {
  test.each(["GET", "POST"])(
    "%s of a sweep does it, and says what it did and what is left",
    async (method) => {
      const ada = await signUp();
      const pdf = await samplePdf();
      const ticket = { field: "contract", name: "a.pdf", type: "application/pdf", ...sizeAndHashOf(pdf) };
      const issued = await (await ada.post("/api/uploads", ticket)).json();
      await putBytes(issued, pdf);
      const { key } = await services.db().upload.update({
        where: { id: issued.id },
        data: { expiresAt: new Date(Date.now() - 10_000) },
      });
      expect(await services.storages().private.stat(key)).not.toBeNull();
      const response = await call(method, "sweep", `Bearer ${SECRET}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        expired: 1,
        destroyed: 1,
        settled: 0,
        aborted: 0,
        failed: 0,
        left: { uploads: 0, purges: 0, publications: 0 },
      });
      expect(await services.storages().private.stat(key)).toBeNull();
      expect((await ada.post(`/api/uploads/${issued.id}/complete`, {})).status).toBe(410);
    },
  );

  test("the work is done as well, and is nothing where nothing is due", async () => {
    const response = await call("POST", "work", `Bearer ${SECRET}`);
    expect(await response.json()).toEqual({
      destroyed: 0,
      settled: 0,
      failed: 0,
      left: { uploads: 0, purges: 0, publications: 0 },
    });
  });
});
