import { expect, test } from "vitest";
import { medicalLetter } from "./medical-letter";

test("a medical letter is kept for 30 days and has no download", () => {
  expect(medicalLetter).toMatchObject({
    many: true,
    retention: { from: "decision", for: "P30D" },
    download: false,
  });
});
