import { expect, test } from "vitest";
import { runAll } from "./run-all";

test("begins with all of them at once", async () => {
  const everybody = Promise.withResolvers<void>();
  let begun = 0;
  await runAll(["a", "b", "c"], async () => {
    begun += 1;
    if (begun === 3) everybody.resolve();
    await everybody.promise;
  });
  expect(begun).toBe(3);
});

test("tells of a failure once all the others are over, and of the first in their order", async () => {
  const gate = Promise.withResolvers<void>();
  const over: string[] = [];
  const told = runAll(["slow", "first", "second"], async (one) => {
    if (one !== "slow") throw new Error(one);
    await gate.promise;
    over.push(one);
  }).catch((thrown: Error) => over.push(thrown.message));
  setImmediate(gate.resolve);
  await told;
  expect(over).toEqual(["slow", "first"]);
});

test("has nothing to do where there is nothing", async () => {
  await expect(runAll([], () => Promise.reject(new Error("called")))).resolves.toBeUndefined();
});
