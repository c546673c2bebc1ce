import { expect, test } from "vitest";
import { contract } from "./contract";
import { MiB } from "./field";

test("a contract is a PDF without review, kept for a year", () => {
  expect(contract).toMatchObject({
    reviewed: false,
    retention: { from: "leaving", for: "P1Y" },
    accept: ["application/pdf"],
    partSize: 32 * MiB,
    maxSize: 100 * MiB,
  });
});
