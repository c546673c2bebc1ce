import { describe, expect, test } from "vitest";
import { SNIFF_BYTES, sniffMediaType } from "./sniff";
import { type FixtureName, readFixture } from "./testing/fixtures";

const PDF_START = "%PDF-1.7\n";

describe("the type of a file", () => {
  test.each<[FixtureName, string]>([
    ["phone-portrait.jpg", "image/jpeg"],
    ["flood-30000x30000.png", "image/png"],
    ["animated.png", "image/png"],
    ["animated.webp", "image/webp"],
    ["scanned.pdf", "application/pdf"],
    ["html-in-comment.jpg", "image/jpeg"],
    // Reviewers get page images of it, and it is saved under `.pdf`: no HTML of it ever runs.
    ["html-before.pdf", "application/pdf"],
  ])("comes from its first bytes: %s is %s", async (name, type) => {
    expect(sniffMediaType(await readFixture(name))).toBe(type);
  });

  test.each<FixtureName>(["gif-renamed.jpg", "tiff-renamed.png", "svg-renamed.png"])(
    "is unknown for a type that no field accepts: %s",
    async (name) => {
      expect(sniffMediaType(await readFixture(name))).toBeNull();
    },
  );

  test.each([
    ["a byte order mark", "\xef\xbb\xbf"],
    ["spaces", "  "],
    ["a line break", "\r\n"],
    ["the header of a mail", "--boundary\r\nContent-Type: application/pdf\r\n\r\n"],
    ["a printer command", "\x1b%-12345X@PJL\r\n"],
    ["900 zero bytes", "\0".repeat(900)],
    ["all but five of the bytes that are read", "\0".repeat(SNIFF_BYTES - 5)],
  ])("is PDF after %s", (_, junk) => {
    expect(sniffMediaType(Buffer.from(junk + PDF_START, "latin1"))).toBe("application/pdf");
  });

  test("is unknown if the PDF signature starts later", () => {
    const late = Buffer.from("\0".repeat(SNIFF_BYTES - 4) + PDF_START, "latin1");
    expect(sniffMediaType(late)).toBeNull();
  });

  test.each<FixtureName>(["phone-portrait.jpg", "animated.png", "animated.webp"])(
    "is the picture if a PDF signature follows: %s",
    async (name) => {
      const picture = await readFixture(name);
      const both = Buffer.concat([picture.subarray(0, 24), Buffer.from(PDF_START), picture.subarray(24)]);
      expect(sniffMediaType(both)).toBe(sniffMediaType(picture));
    },
  );

  test("is unknown for an empty or short file", () => {
    expect(sniffMediaType(Buffer.alloc(0))).toBeNull();
    expect(sniffMediaType(Buffer.from([0xff, 0xd8]))).toBeNull();
    expect(sniffMediaType(Buffer.from("%PDF"))).toBeNull();
    expect(sniffMediaType(Buffer.from("RIFF\0\0\0\0WAVE"))).toBeNull();
  });
});
