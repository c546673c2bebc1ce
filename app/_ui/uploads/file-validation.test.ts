import { describe, expect, test } from "vitest";
import { Problem } from "@/lib/errors";
import type { MediaType } from "@/lib/fields/field";
import { formatFileTypes } from "@/lib/fields/file-refusals";
import { inspectDocument } from "@/lib/inspect/document";
import { readFixture } from "@/lib/inspect/testing/fixtures";
import { formatFileLimits, validateFile } from "./file-validation";

const ANY: MediaType[] = ["image/jpeg", "image/png", "image/webp", "application/pdf"];
const field = { accept: ANY, maxSize: 1024 };

function createFile(head: string, size = head.length): Blob {
  const bytes = new Uint8Array(size);
  bytes.set(Uint8Array.from(head, (letter) => letter.charCodeAt(0)));
  return new Blob([bytes]);
}

describe("validateFile", () => {
  test.each([
    ["\xff\xd8\xff\xe1", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"],
    ["%PDF-1.7", "application/pdf"],
    ["\x00\x00junk%PDF-1.4", "application/pdf"],
  ])("detects the type from the first bytes: %j is %s", async (head, type) => {
    expect(await validateFile(createFile(head), field)).toEqual({ type });
  });

  test.each([
    ["an empty file", createFile(""), "empty_file"],
    ["an unknown type", createFile("GIF89a"), "type_not_allowed"],
    ["a HEIC photo", createFile("\x00\x00\x00\x18ftypheic"), "type_not_allowed"],
    ["one byte over the limit", createFile("%PDF-1.7", 1025), "too_large"],
  ])("rejects %s before the upload", async (_, file, code) => {
    expect(await validateFile(file, field)).toMatchObject({ problem: { code } });
  });

  test("rejects a known type that this field does not accept", async () => {
    const file = createFile("\xff\xd8\xff\xe1");
    expect(await validateFile(file, { ...field, accept: ["application/pdf"] })).toEqual({
      problem: {
        code: "type_not_allowed",
        detail: "This file type is not accepted. Upload PDF.",
      },
    });
  });

  test("accepts a file of exactly the limit", async () => {
    expect(await validateFile(createFile("%PDF-1.7", 1024), field)).toEqual({ type: "application/pdf" });
  });

  test.each([
    ["animated.webp", "image/webp"],
    ["animated.png", "image/png"],
    ["flood-30000x30000.png", "image/png"],
    ["locked.pdf", "application/pdf"],
  ] as const)("refuses %s in the words of the server", async (name, type) => {
    const bytes = await readFixture(name);
    const refusal = await inspectDocument(bytes, type).catch((error: unknown) => error);
    if (!(refusal instanceof Problem)) throw new Error("The server accepts it.");
    const { code, detail } = refusal;
    const file = new Blob([new Uint8Array(bytes)]);
    expect(await validateFile(file, { accept: ANY, maxSize: 1e9 })).toEqual({ problem: { code, detail } });
  });

  test("rejects a file that can no longer be read", async () => {
    const file = createFile("%PDF-1.7");
    file.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    expect(await validateFile(file, field)).toMatchObject({ problem: { code: "file_changed" } });
  });
});

test("formatFileTypes and formatFileLimits return readable text", () => {
  expect(formatFileTypes(["application/pdf"])).toBe("PDF");
  expect(formatFileLimits({ accept: ANY, maxSize: 25 * 1024 * 1024 })).toBe(
    "PDF, JPEG, PNG or WebP, up to 25 MB",
  );
});
