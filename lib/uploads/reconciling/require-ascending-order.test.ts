import { expect, test } from "vitest";
import { requireAscendingOrder } from "./require-ascending-order";

async function collectAscending(names: string[]): Promise<string[]> {
  async function* stream() {
    yield* names;
  }
  const collected: string[] = [];
  for await (const name of requireAscendingOrder(stream(), (name) => name, "The keys")) collected.push(name);
  return collected;
}

test("passes names in byte order unchanged", async () => {
  const names = ["-", "0", "a", "a-b", "a/c", "a0", "b", "\u{ffee}", "\u{1f600}"];
  expect(await collectAscending(names)).toEqual(names);
});

test.each([
  ["in descending order", ["b", "a"]],
  ["with a repeat", ["a", "a"]],
  ["in dictionary order", ["a", "B"]],
  ["in UTF-16 order", ["\u{1f600}", "\u{ffee}"]],
])("rejects names %s", async (_, names) => {
  await expect(collectAscending(names)).rejects.toThrow(
    `The keys are not in the byte order of their names: ${names[0]}`,
  );
});
