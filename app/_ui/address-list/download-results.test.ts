import { expect, test } from "vitest";
import { toResultsCsv } from "./download-results";

test("results are CSV in which no cell is a formula", () => {
  const rows = [
    { name: "ada@example.org", text: 'Asked, "now"' },
    { name: "=1+1", text: "-" },
  ];
  expect(toResultsCsv(rows)).toBe(
    `\ufeffEntry,Result\r\n"ada@example.org","Asked, ""now"""\r\n"'=1+1","'-"\r\n`,
  );
});
