import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { heardLog, type Line } from "../log/testing/heard-log";
import { type TestYard, testYard } from "../uploads/testing/yard";
import { keepWorking } from "./keep-working";

let yard: TestYard;

beforeAll(async () => {
  yard = await testYard();
});
afterAll(() => yard.drop());

/** Works until it has logged this many lines, and returns every line. */
async function worked(deps: TestYard["deps"], lines: number): Promise<Line[]> {
  const stop = new AbortController();
  const { log, lines: said } = heardLog();
  const working = keepWorking({ ...deps, log }, stop.signal);
  await vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(lines), 20_000);
  stop.abort();
  await working;
  return said;
}

test("a worker does what is due, says one line for each round that did something, and stops when it is told to", async () => {
  const ada = await yard.member();
  const { key } = await yard.upload({ ownerId: ada, expires: -3 * 3600 });
  await yard.put("private", key);
  const said = await worked(yard.deps, 1);
  expect(said).toContainEqual({
    level: "info",
    message: "A job did something.",
    facts: expect.objectContaining({ job: "sweep", expired: 1 }),
  });
  // Either of the two may have destroyed what the sweep has doomed; both end the piece that they have begun.
  expect(said.length).toBeLessThanOrEqual(2);
  expect(await yard.keys("private")).toEqual([]);
});

test("a worker says that a round failed, without the driver's words, and goes on", async () => {
  const away = vi.spyOn(yard.db.purge, "count").mockRejectedValue(new Error("postgresql://user:secret@host"));
  const said = await worked(yard.deps, 2);
  away.mockRestore();
  const failed = (job: string) => ({
    level: "warn",
    message: "A job failed, and is tried again.",
    facts: { job, reason: "Error" },
  });
  expect(said).toEqual(expect.arrayContaining([failed("sweep"), failed("work")]));
  expect(JSON.stringify(said)).not.toContain("secret");
});
