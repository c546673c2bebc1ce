import { expect, test } from "vitest";
import { contract } from "./contract";
import { MiB } from "./field";

test("a contract is a PDF of at most 100 MiB, without review, kept for a year after leaving", () => {
  expect(contract).toMatchObject({
    reviewed: false,
    retention: { from: "leaving", for: "P1Y" },
    accept: ["application/pdf"],
    partSize: 32 * MiB,
    maxSize: 100 * MiB,
  });
});
