import { expect, test } from "vitest";
import { dbsCertificate } from "./dbs-certificate";

test("a DBS certificate is valid for three years, kept for six months", () => {
  expect(dbsCertificate).toMatchObject({
    storage: "private",
    many: false,
    reviewed: true,
    validFor: "P3Y",
    retention: { from: "decision", for: "P6M" },
    download: false,
    watermark: true,
  });
});
