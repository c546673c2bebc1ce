import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestYard, testYard } from "../uploads/testing/yard";
import { keepWorking } from "./keep-working";

let yard: TestYard;

beforeAll(async () => {
  yard = await testYard();
});
afterAll(() => yard.drop());

/** Works until it has said all of these, and returns every line. */
async function worked(deps: TestYard["deps"], ...parts: string[]): Promise<string[]> {
  const stop = new AbortController();
  const said: string[] = [];
  const working = keepWorking(deps, stop.signal, (line) => said.push(line));
  await vi.waitFor(() => expect(parts.filter((part) => !said.join().includes(part))).toEqual([]), 20_000);
  stop.abort();
  await working;
  return said;
}

test("a worker does what is due, says one line for each round that did something, and stops when it is told to", async () => {
  const ada = await yard.member();
  const { key } = await yard.upload({ ownerId: ada, expires: -3 * 3600 });
  await yard.put("private", key);
  const said = await worked(yard.deps, "sweep: 1 expired", "1 destroyed");
  // Either of the two may have destroyed what the sweep has doomed.
  expect(said.length).toBeLessThanOrEqual(2);
  expect(await yard.keys("private")).toEqual([]);
});

test("a worker says that a round failed, without the driver's words, and goes on", async () => {
  const away = vi.spyOn(yard.db.purge, "count").mockRejectedValue(new Error("postgresql://user:secret@host"));
  const said = await worked(yard.deps, "sweep: failed", "work: failed");
  away.mockRestore();
  expect(said.toSorted()).toEqual([
    "sweep: failed, and is tried again: Error",
    "work: failed, and is tried again: Error",
  ]);
});
