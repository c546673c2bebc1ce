import { describe, expect, test } from "vitest";
import type { MediaType } from "../fields/field";
import { inspectDocument } from "./document";
import { PASSWORD } from "./testing/documents";
import { type FixtureName, readFixture } from "./testing/fixtures";

describe("a document", () => {
  test.each<[FixtureName, MediaType, number]>([
    ["scanned.pdf", "application/pdf", 4],
    ["scripted-form.pdf", "application/pdf", 1],
    ["phone-portrait.jpg", "image/jpeg", 1],
    ["large-20mb.jpg", "image/jpeg", 1],
  ])("has its pages counted: %s is %s with %i pages", async (name, type, pages) => {
    expect(await inspectDocument(await readFixture(name), type)).toMatchObject({ pages });
  });

  test.each<[FixtureName, MediaType, RegExp]>([
    ["locked.pdf", "application/pdf", /has a password.*without the password/],
    ["truncated.pdf", "application/pdf", /damaged/],
    ["pages-501.pdf", "application/pdf", /501 pages; we can take 500/],
    ["truncated.jpg", "image/jpeg", /damaged/],
    ["animated.webp", "image/webp", /moves/],
    ["animated.png", "image/png", /moves/],
    ["flood-30000x30000.png", "image/png", /900 million pixels/],
    ["svg-renamed.png", "image/png", /cannot be opened/],
  ])("that no reviewer can read is refused with advice: %s", async (name, type, words) => {
    await expect(inspectDocument(await readFixture(name), type)).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(words),
    });
  });

  test.each([2, 100, 1 / 100])("that is a JPEG without its last %d bytes is refused", async (missing) => {
    const bytes = await readFixture("phone-portrait.jpg");
    const cut = missing < 1 ? Math.round(bytes.length * missing) : missing;
    await expect(inspectDocument(bytes.subarray(0, bytes.length - cut), "image/jpeg")).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/incomplete or damaged/),
    });
  });

  test("of random bytes is refused, and the next one opens", async () => {
    const rubbish = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(4096, 0x5b)]);
    const sound = await readFixture("scanned.pdf");
    const [refused, opened] = await Promise.allSettled([
      inspectDocument(rubbish, "application/pdf"),
      inspectDocument(sound, "application/pdf"),
    ]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "unreadable_file" } });
    expect(opened).toEqual({
      status: "fulfilled",
      value: { pages: 4, tiles: [1, 1, 1, 1], missingLetters: false },
    });
  });

  test("with a password opens with that password", async () => {
    const { PDFiumLibrary } = await import("@hyzyla/pdfium");
    const library = await PDFiumLibrary.init();
    const bytes = await readFixture("locked.pdf");
    await expect(library.loadDocument(bytes)).rejects.toThrow(/password/i);
    const document = await library.loadDocument(bytes, PASSWORD);
    expect(document.getPageCount()).toBe(1);
    document.destroy();
    library.destroy();
  });
});
