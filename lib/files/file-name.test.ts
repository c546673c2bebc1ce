import { describe, expect, test } from "vitest";
import { fileNameForType, sanitizeFileName, toArchiveName } from "./file-name";

describe("the name under which a file is saved", () => {
  test.each([
    ["offer.hta", "application/pdf", "offer.pdf"],
    ["scan.pdf.exe", "application/pdf", "scan.pdf"],
    ["scan.pdf", "application/pdf", "scan.pdf"],
    ["Scan.PDF", "application/pdf", "Scan.PDF"],
    ["offer.hta. .", "application/pdf", "offer.pdf"],
    ["scan.pdf...", "application/pdf", "scan.pdf"],
    ["scan", "application/pdf", "scan.pdf"],
    ["Report 2026.05", "application/pdf", "Report 2026.05.pdf"],
    ["Letter of Dr. Hopper", "application/pdf", "Letter of Dr. Hopper.pdf"],
    ["page.xhtml5", "application/pdf", "page.xhtml5.pdf"],
    [".hta", "application/pdf", "file.pdf"],
    ["...", "application/pdf", "file.pdf"],
    ["photo.jpeg", "image/jpeg", "photo.jpeg"],
    ["photo.jfif", "image/jpeg", "photo.jfif"],
    ["photo.jpg", "image/webp", "photo.webp"],
    ["photo.svg", "image/png", "photo.png"],
    ["page.html", "text/unknown", "page"],
    [`${"x".repeat(255)}`, "application/pdf", `${"x".repeat(251)}.pdf`],
    [`${"ä".repeat(125)}.hta`, "application/pdf", `${"ä".repeat(125)}.pdf`],
  ])("of %j as %s is %j", (name, type, saved) => {
    expect(fileNameForType(name, type)).toBe(saved);
  });
});

describe("the stored name", () => {
  test.each([
    ["scan.pdf. . ", "scan.pdf"],
    ["offer.hta.\u00a0.", "offer.hta"],
    [". .", "file"],
  ])("of %j is %j, without dots and spaces at the end", (given, kept) => {
    expect(sanitizeFileName(given)).toBe(kept);
  });
});

describe("the name in an archive", () => {
  test.each([
    ["DBS certificate", "DBS certificate"],
    ["../../etc/passwd", "__.._etc_passwd"],
    ['a\\b/c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"],
    ["CON", "_CON"],
    ["nul.pdf", "_nul.pdf"],
    ["com¹.txt", "_com¹.txt"],
    ["lpt9", "_lpt9"],
    ["console.pdf", "console.pdf"],
    ["-rf", "_rf"],
    ["a\u0000b\u001b[31m\u202egpj.pdf", "ab[31mgpj.pdf"],
    ["name. . ", "name"],
    ["...", "_"],
    ["\u200e", "file"],
    ["\ud800x", "\ufffdx"],
    ["証明.pdf", "証明.pdf"],
    [`${"ä".repeat(150)}.pdf`, `${"ä".repeat(98)}.pdf`],
  ])("of %j is %j", (text, name) => {
    expect(toArchiveName(text)).toBe(name);
  });
});
