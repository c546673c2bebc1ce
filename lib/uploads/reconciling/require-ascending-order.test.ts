import { expect, test } from "vitest";
import { requireAscendingOrder } from "./require-ascending-order";

async function collectAscending(names: string[]): Promise<string[]> {
  async function* stream() {
    yield* names;
  }
  const passed: string[] = [];
  for await (const name of requireAscendingOrder(stream(), (each) => each, "The names")) passed.push(name);
  return passed;
}

test("what comes in the order of the bytes passes as it is", async () => {
  const names = ["-", "0", "a", "a-b", "a/c", "a0", "b", "\u{ffee}", "\u{1f600}"];
  expect(await collectAscending(names)).toEqual(names);
});

test.each([
  ["backwards", ["b", "a"]],
  ["twice", ["a", "a"]],
  ["as people sort", ["a", "B"]],
  ["by UTF-16 units", ["\u{1f600}", "\u{ffee}"]],
])("what comes %s is not compared", async (_, names) => {
  await expect(collectAscending(names)).rejects.toThrow(
    `The names come in another order than that of their bytes: ${names[0]}`,
  );
});
