import { expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { sendBatches, toBatches } from "./send-batches";

const entries = Array.from({ length: 1200 }, (_, index) => `p${index}@example.org`);
const accept = (batch: readonly string[]): ApiResponse => ({
  status: 200,
  body: { results: batch.map((email) => ({ email, state: "created", id: email })) },
});

/** Sends all entries; `respond` answers each request. Waits take no time. */
async function run(
  respond: (batch: readonly string[], count: number) => ApiResponse,
  signal = new AbortController().signal,
) {
  const sizes: number[] = [];
  const waits: number[] = [];
  const progress: number[] = [];
  const outcome = await sendBatches(entries, {
    states: ["created", "exists"],
    signal,
    send: async (batch) => respond(batch, sizes.push(batch.length)),
    onProgress: (results) => progress.push(results.length),
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return { ...outcome, sizes, waits, progress };
}

test("entries go out in batches of 500, with a result for each", async () => {
  const { results, sizes, progress, problem } = await run(accept);
  expect([sizes, progress, problem]).toEqual([[500, 500, 200], [500, 1000, 1200], undefined]);
  expect(results.map(({ id }) => id)).toEqual(entries);
});

test("a batch of long addresses fits into one request", () => {
  const long = Array.from({ length: 500 }, (_, index) => `${"ü".repeat(120)}${index}@example.org`);
  const batches = toBatches(long);
  expect(batches.flat()).toEqual(long);
  for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(64 * 1024);
  expect(batches.length).toBeGreaterThan(1);
});

test("a batch is repeated after the time that the server names", async () => {
  const { results, sizes, waits } = await run((batch, count) =>
    count === 2 ? { status: 503, body: null, retryAfter: 5 } : accept(batch),
  );
  expect([results.length, sizes, waits]).toEqual([1200, [500, 500, 500, 200], [5000]]);
});

test("a run ends at the fourth failure, and keeps the results", async () => {
  const { results, waits, problem } = await run((batch, count) =>
    count === 1 ? accept(batch) : { status: 0, body: null },
  );
  expect([results.length, waits, problem?.code]).toEqual([500, [2000, 4000, 8000], "offline"]);
});

test("a refused batch is not repeated", async () => {
  const body = { code: "invalid", detail: "No." };
  const { results, sizes, problem } = await run(() => ({ status: 422, body }));
  expect([results, sizes, problem]).toEqual([[], [500], { code: "invalid", detail: "No." }]);
});

test("a run stops after the batch that is under way", async () => {
  const controller = new AbortController();
  const { results, problem } = await run((batch) => {
    controller.abort();
    return accept(batch);
  }, controller.signal);
  expect([results.length, problem]).toEqual([500, undefined]);
});

test("a response without a result for each entry ends the run", async () => {
  const { results, problem } = await run((batch) => accept(batch.slice(1)));
  expect([results, problem?.code]).toEqual([[], "internal"]);
});
