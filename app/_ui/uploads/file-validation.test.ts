import { describe, expect, test } from "vitest";
import type { MediaType } from "@/lib/fields/field";
import { validateFile, formatFileTypes, formatFileLimits } from "./file-validation";

const ANY: MediaType[] = ["image/jpeg", "image/png", "image/webp", "application/pdf"];
const field = { accept: ANY, maxSize: 1024 };

function file(head: string, size = head.length): Blob {
  const bytes = new Uint8Array(size);
  bytes.set(Uint8Array.from(head, (letter) => letter.charCodeAt(0)));
  return new Blob([bytes]);
}

describe("a chosen file", () => {
  test.each([
    ["\xff\xd8\xff\xe1", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"],
    ["%PDF-1.7", "application/pdf"],
    ["\x00\x00junk%PDF-1.4", "application/pdf"],
  ])("is what its first bytes say, whatever its name: %j is %s", async (head, type) => {
    expect(await validateFile(file(head), field)).toEqual({ type });
  });

  test.each([
    ["nothing in it", file(""), "empty_file"],
    ["a kind nobody asked for", file("GIF89a"), "type_not_allowed"],
    ["a photo in HEIC", file("\x00\x00\x00\x18ftypheic"), "type_not_allowed"],
    ["one byte too many", file("%PDF-1.7", 1025), "too_large"],
  ])("with %s is stopped before it leaves", async (_, chosen, code) => {
    expect(await validateFile(chosen, field)).toMatchObject({ problem: { code } });
  });

  test("of a good kind is stopped where this field does not take it", async () => {
    const told = await validateFile(file("\xff\xd8\xff\xe1"), { ...field, accept: ["application/pdf"] });
    expect(told).toEqual({
      problem: {
        code: "type_not_allowed",
        detail: "This kind of file cannot be used here. Please send PDF.",
      },
    });
  });

  test("of exactly the limit goes through", async () => {
    expect(await validateFile(file("%PDF-1.7", 1024), field)).toEqual({ type: "application/pdf" });
  });

  test("that has become unreadable is told so", async () => {
    const chosen = file("%PDF-1.7");
    chosen.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    expect(await validateFile(chosen, field)).toMatchObject({ problem: { code: "file_changed" } });
  });
});

test("formats and limits read as a sentence would", () => {
  expect(formatFileTypes(["application/pdf"])).toBe("PDF");
  expect(formatFileLimits({ accept: ANY, maxSize: 25 * 1024 * 1024 })).toBe(
    "PDF, JPEG, PNG or WebP, up to 25 MB",
  );
});
