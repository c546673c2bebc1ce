import { expect, test } from "vitest";
import { commentFaults, titleFaults } from "./language";

const LONG = "one two three four five six seven eight nine ten eleven twelve thirteen";

test("a title over twelve words is a fault with its count", () => {
  expect(titleFaults("a.test.ts", `test("${LONG}", () => {});`)).toEqual([`1: title of 13 words: ${LONG}`]);
  expect(titleFaults("a.test.ts", `test("${LONG.slice(4)}", () => {});`)).toEqual([]);
});

test.each(["test.each(cases)", "test.skipIf(x)", "describe"])(
  "%s counts the words of its title too",
  (call) => {
    expect(titleFaults("a.spec.ts", `${call}("${LONG}", () => {});`)).toHaveLength(1);
  },
);

test("a placeholder of a title counts as one word", () => {
  expect(titleFaults("a.test.ts", `test(\`${LONG.slice(8)} \${some.call("x y z")}\`, () => {});`)).toEqual(
    [],
  );
});

test("a comment line of more than 100 columns is a fault", () => {
  expect(commentFaults(`const a = 1;\n// ${"x".repeat(98)}`)).toEqual(["2: comment of 101 columns"]);
  expect(commentFaults(`// ${"x".repeat(97)}\nconst long = "${"x".repeat(120)}";`)).toEqual([]);
});

test.each(["nobody", "is told", "doomed", "whoever"])(
  "dialect in a comment or title is a fault: %s",
  (word) => {
    expect(commentFaults(` * This ${word} here.`)).toHaveLength(1);
    expect(titleFaults("a.test.ts", `test("this ${word} here", () => {});`)).toHaveLength(1);
  },
);
