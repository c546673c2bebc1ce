import { expect, test } from "vitest";
import { dbsCertificate } from "./dbs-certificate";

test("a DBS certificate is private, reviewed, valid for three years and kept for six months", () => {
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
