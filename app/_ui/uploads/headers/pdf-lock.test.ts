import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { inspectDocument } from "@/lib/inspect/document";
import { readFixture } from "@/lib/inspect/testing/fixtures";
import { ByteReader } from "./byte-reader";
import { isLockedPdf } from "./pdf-lock";

const FOLDER = `${import.meta.dirname}/testing`;
const encrypted = readdirSync(FOLDER).filter((name) => name.endsWith(".pdf"));

function isLocked(bytes: Buffer): Promise<boolean> {
  return isLockedPdf(new ByteReader(new Blob([new Uint8Array(bytes)])));
}

describe("isLockedPdf", () => {
  test.each(encrypted)("judges %s as the server does", async (name) => {
    const bytes = readFileSync(`${FOLDER}/${name}`);
    const isRefused = await inspectDocument(bytes, "application/pdf").then(
      () => false,
      () => true,
    );
    expect(isRefused).toBe(name.includes("locked"));
    expect(await isLocked(bytes)).toBe(isRefused);
  });

  test("counts positions from a header after other bytes", async () => {
    const bytes = await readFixture("locked.pdf");
    expect(await isLocked(Buffer.concat([Buffer.from("some bytes first\n"), bytes]))).toBe(true);
  });

  test("leaves a password only in the text to the server", async () => {
    const page = await readFixture("scanned.pdf");
    const text = Buffer.from("\n% /Encrypt 5 0 R\n5 0 obj << /Filter /Standard /R 3 /V 2 >> endobj\n");
    expect(await isLocked(Buffer.concat([page.subarray(0, 15), text, page.subarray(15)]))).toBe(false);
  });

  test.each([
    ["the last part is missing", (bytes: Buffer) => bytes.subarray(0, -40)],
    [
      "the place of the table is wrong",
      (bytes: Buffer) => replaceText(bytes, /startxref\n\d+/, "startxref\n7"),
    ],
    [
      "the table names itself as the earlier one",
      (bytes: Buffer) => replaceText(bytes, "/Root", "/Prev 1 /Root"),
    ],
    ["the dictionary nests without end", (bytes: Buffer) => replaceText(bytes, "/Filter", "[".repeat(900))],
  ])("leaves the file to the server if %s", async (_, change) => {
    expect(await isLocked(change(await readFixture("locked.pdf")))).toBe(false);
  });

  test("reads only slices of a large file", async () => {
    const bytes = await readFixture("locked.pdf");
    const file = sparseFile(bytes, 2 * 1024 ** 3);
    expect(await isLockedPdf(new ByteReader(file.blob))).toBe(true);
    expect(file.bytesRead()).toBeLessThan(1024 ** 2);
  });
});

function replaceText(bytes: Buffer, from: string | RegExp, to: string): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(from, to), "latin1");
}

/** A file of `size` bytes that begins with nothing and ends with a PDF, without holding them. */
function sparseFile(pdf: Buffer, size: number): { blob: Blob; bytesRead: () => number } {
  // Positions count from the header, and the header is at the beginning.
  const text = pdf.toString("latin1");
  const place = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  const gap = size - pdf.length;
  const moved = Buffer.from(
    text
      .replace(/startxref\n\d+/, `startxref\n${place + gap}`)
      .replaceAll(
        /\d{10} 00000 n/g,
        (entry) => `${String(Number(entry.slice(0, 10)) + gap).padStart(10, "0")} 00000 n`,
      ),
    "latin1",
  );
  let read = 0;
  const blob = new Blob();
  Object.defineProperty(blob, "size", { value: size });
  blob.slice = (start = 0, end = size) => {
    const stop = Math.min(end, size);
    read += stop - start;
    const bytes = Buffer.alloc(stop - start);
    if (start === 0) moved.copy(bytes, 0, 0, 9);
    if (stop > gap) moved.copy(bytes, Math.max(0, gap - start), Math.max(0, start - gap), stop - gap);
    return new Blob([bytes]);
  };
  return { blob, bytesRead: () => read };
}
