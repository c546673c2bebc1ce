import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { samplePdf } from "@/app/testing/documents";
import { ask, cut, send as sendParts, ticketInParts } from "@/app/testing/parts";
import { measured, type Person, put, send, signUp } from "@/app/testing/person";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { type Fault, type FaultProxy, startFaultProxy } from "@/lib/storage/testing/fault-proxy";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

/** It begins as a PDF does; over 32 MiB nobody looks further. */
const LARGE = Buffer.alloc(33 * 1024 * 1024, "%PDF-1.7\n");

let environment: TestEnvironment;
let way: FaultProxy;
let ada: Person;

beforeAll(async () => {
  environment = await testEnvironment();
  const address = new URL(environment.url);
  way = await startFaultProxy(new URL(`http://${address.host}`));
  address.host = new URL(way.url).host;
  process.env.DATABASE_URL = address.href;
  ada = await signUp("Ada");
});
afterEach(async () => {
  await way.set({ kind: "none" });
  await recovered();
});
afterAll(async () => {
  await way.close();
  await environment.drop();
});

/** By itself, and within the ten seconds of the fault table. */
async function recovered(): Promise<void> {
  const allWell = async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ada.get("/api/profile")));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  };
  await vi.waitFor(allWell, { timeout: 10_000, interval: 100 });
}

const FAULTS: [string, Fault][] = [
  ["is not there", { kind: "refuse" }],
  ["resets connections", { kind: "reset" }],
  ["takes connections and says nothing", { kind: "silence" }],
];

describe.each(FAULTS)("where the database %s", (_, fault) => {
  test("every kind of request is told to try again, within six seconds, and works afterwards", async () => {
    const bytes = await samplePdf();
    const ticket = { field: "medicalLetter", name: "a.pdf", type: "application/pdf", ...measured(bytes) };
    const issued = await (await ada.post("/api/uploads", ticket)).json();
    await put(issued, bytes);
    const { id, parts: cutting } = await ticketInParts(ada, { field: "bundle", size: LARGE.length });
    const parts = cut(LARGE, cutting.size);
    await sendParts(ada, id, parts);
    await way.set(fault);
    const started = performance.now();
    const answers = await Promise.all([
      ada.get("/api/profile"),
      ada.call("PATCH", "/api/profile", { body: { headline: "Tutor" } }),
      ada.post("/api/uploads", ticket),
      ada.post(`/api/uploads/${issued.id}/complete`, {}),
      ask(ada, id, parts),
      ada.get(`/api/uploads/${id}`),
      ada.post(`/api/uploads/${id}/complete`, {}),
      send("GET", "/api/profiles/somebody"),
      send("POST", "/api/auth/sign-in/email", { body: { email: ada.email, password: "x".repeat(12) } }),
    ]);
    expect(performance.now() - started).toBeLessThan(6000);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await answer.json()).code).toBe("unavailable");
    }
    expect((await send("GET", "/api/fields")).status).toBe(200);
    await way.set({ kind: "none" });
    await recovered();
    expect((await ada.complete(issued.id)).status).toBe(200);
    expect((await ask(ada, id, parts)).status).toBe(200);
    expect((await ada.complete(id)).status).toBe(200);
  });
});

test("health says that the database fails, and nothing more", async () => {
  expect((await send("GET", "/api/health")).status).toBe(200);
  await way.set({ kind: "refuse" });
  // A look counts for a second.
  await vi.waitFor(
    async () => {
      const response = await send("GET", "/api/health");
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        status: "failing",
        checks: { database: "failing", storage: "ok" },
      });
    },
    { timeout: 5_000, interval: 100 },
  );
});
