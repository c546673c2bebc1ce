import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileRow } from "../files/file";
import { createPathNamer } from "./export-paths";

const fileOf = (name: string, createdAt: string, field = "dbsCertificate"): FileRow =>
  ({ name, field, type: "application/pdf", createdAt: new Date(createdAt) }) as FileRow;

function pathsOf(files: FileRow[], timeZone = "UTC"): string[] {
  const pathOf = createPathNamer(timeZone);
  return files.map((file) => pathOf(file));
}

test("a file is in the folder of its document type", () => {
  expect(pathsOf([fileOf("scan.pdf", "2026-03-01T23:30:00Z")], "Europe/Berlin")).toEqual([
    "documents/DBS certificate/2026-03-02 scan.pdf",
  ]);
});

test("files of one day and name get numbers", () => {
  const names = ["scan.pdf", "Scan.PDF", "scan.pdf", "scan (2).pdf"];
  expect(pathsOf(names.map((name) => fileOf(name, "2026-03-01T10:00:00Z")))).toEqual([
    "documents/DBS certificate/2026-03-01 scan.pdf",
    "documents/DBS certificate/2026-03-01 Scan (2).PDF",
    "documents/DBS certificate/2026-03-01 scan (3).pdf",
    "documents/DBS certificate/2026-03-01 scan (2) (2).pdf",
  ]);
});

test("a document type without a declaration has a folder too", () => {
  expect(pathsOf([fileOf("a.pdf", "2026-03-01T10:00:00Z", "../old")])).toEqual([
    "documents/__old/2026-03-01 a.pdf",
  ]);
});

test("every path is safe, unique and the same again, whatever the names", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom(
      "..",
      "a/b",
      "NUL",
      "x.pdf",
      "X.PDF",
      "x (2).pdf",
      "ﬁ.pdf",
      "fi.pdf",
      "é.pdf",
      "e\u0301.pdf",
    ),
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), (names) => {
      const files = names.map((each) => fileOf(each, "2026-03-01T10:00:00Z"));
      const paths = pathsOf(files);
      expect(pathsOf(files)).toEqual(paths);
      expect(new Set(paths.map((path) => path.normalize("NFKC").toLowerCase())).size).toBe(paths.length);
      for (const path of paths) {
        expect(path).toMatch(/^documents\/DBS certificate\/2026-03-01 [^/\\:*?"<>|\p{Cc}]+$/u);
        expect(Buffer.byteLength(path)).toBeLessThanOrEqual(250);
        expect(path).not.toMatch(/[. ]$/);
      }
    }),
  );
});
