import { describe, expect, test } from "vitest";
import { type Field, GiB, MiB } from "./field";
import { fields } from "./fields";
import { medicalLetter } from "./medical-letter";
import { profilePicture } from "./profile-picture";
import { declareFields } from "./registry";

describe("the registry of file fields", () => {
  test("holds the fields that this site asks for, each with the rules that were promised", () => {
    expect([...fields.keys()]).toEqual(["profilePicture", "dbsCertificate", "medicalLetter", "contract"]);
    expect(fields.get("dbsCertificate")).toMatchObject({
      storage: "private",
      many: false,
      reviewed: true,
      validFor: "P3Y",
      retention: { from: "decision", for: "P6M" },
      download: false,
      watermark: true,
    });
    expect(fields.get("medicalLetter")).toMatchObject({
      many: true,
      retention: { from: "decision", for: "P30D" },
      download: false,
    });
    expect(fields.get("contract")).toMatchObject({
      reviewed: false,
      retention: { from: "leaving", for: "P1Y" },
      accept: ["application/pdf"],
      partSize: 32 * MiB,
      maxSize: 100 * MiB,
    });
    expect(fields.get("profilePicture")).toMatchObject({
      storage: "public",
      visibility: "owner",
      many: false,
    });
  });

  test("does not take what every object has for a field", () => {
    for (const name of ["constructor", "toString", "__proto__"]) expect(fields.get(name)).toBeUndefined();
  });

  test("refuses a private field without a retention rule", () => {
    const { retention: _, ...forever } = medicalLetter;
    expect(() => declareFields([forever])).toThrow("medicalLetter: a private field needs a retention rule");
  });

  test("refuses a size over 5 GiB, and takes 5 GiB", () => {
    expect(() => declareFields([{ ...medicalLetter, maxSize: 5 * GiB + 1 }])).toThrow("5 GiB");
    expect(declareFields([{ ...medicalLetter, maxSize: 5 * GiB }]).size).toBe(1);
  });

  test("refuses parts that no store takes: under 5 MiB, over 5 GiB, or more than 10,000", () => {
    const parted = (partSize: number, maxSize: number) =>
      declareFields([{ ...medicalLetter, partSize, maxSize }]);
    expect(() => parted(5 * MiB - 1, 6 * MiB)).toThrow("parts under 5 MiB");
    expect(parted(5 * MiB, 5 * GiB).size).toBe(1);
    expect(() => parted(5 * GiB + 1, MiB)).toThrow("5 GiB in one piece");
    // Where no file is cut, the size of a part is nobody's business.
    expect(parted(MiB, MiB).size).toBe(1);
    expect(findPartsError(100, 100 * 10_000 + 1)).toContain("more than 10,000 parts");
    expect(findPartsError(100, 100 * 10_000)).not.toContain("more than 10,000 parts");
  });

  test.each<[string, Partial<Field>, string]>([
    ["a name that is no identifier", { name: "../etc" }, "camelCase"],
    [
      "a retention that is no duration",
      { retention: { from: "decision", for: "a while" } },
      "no ISO 8601 duration",
    ],
    ["a validity that is no duration", { validFor: "P" }, "no ISO 8601 duration"],
    ["a field that accepts nothing", { accept: [] }, "accepts nothing"],
    ["a private field whose owner sets the flag", { visibility: "owner" }, "flag is fixed"],
    ["a review without reasons", { reasons: [] }, "needs reasons"],
    ["a second reviewer", { reviewers: 2 }, "`reviewers` must be 1"],
    ["a public PDF", { storage: "public", accept: ["application/pdf"] }, "re-encode"],
  ])("refuses %s", (_, change, words) => {
    expect(() => declareFields([{ ...medicalLetter, ...change }])).toThrow(words);
  });

  test("names every fault at once, and the field that is there twice", () => {
    expect(() => declareFields([profilePicture, { ...profilePicture, accept: [], maxSize: 0 }])).toThrow(
      /accepts nothing[\s\S]*declared twice|above 0[\s\S]*accepts nothing[\s\S]*declared twice/,
    );
  });
});

/** 10,000 of the smallest parts are more than the largest file: this fault never comes alone. */
function findPartsError(partSize: number, maxSize: number): string {
  try {
    declareFields([{ ...medicalLetter, partSize, maxSize }]);
    return "";
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : "";
  }
}
