import { describe, expect, test } from "vitest";
import { requireMediaType, SNIFF_BYTES, sniffMediaType } from "./sniff";
import { type FixtureName, readFixture } from "./testing/fixtures";

describe("the type of a file", () => {
  test.each<[FixtureName, string]>([
    ["phone-portrait.jpg", "image/jpeg"],
    ["flood-30000x30000.png", "image/png"],
    ["animated.png", "image/png"],
    ["animated.webp", "image/webp"],
    ["scanned.pdf", "application/pdf"],
    ["html-in-comment.jpg", "image/jpeg"],
  ])("comes from its first bytes: %s is %s", async (name, type) => {
    expect(await sniffMediaType((await readFixture(name)).subarray(0, SNIFF_BYTES))).toBe(type);
  });

  test.each<FixtureName>(["gif-renamed.jpg", "tiff-renamed.png", "svg-renamed.png", "html-before.pdf"])(
    "is nothing that we take, whatever the name says: %s",
    async (name) => {
      expect(await sniffMediaType(await readFixture(name))).toBeNull();
    },
  );

  test("needs the signature at the first byte", async () => {
    const pdf = await readFixture("scanned.pdf");
    expect(await sniffMediaType(Buffer.concat([Buffer.from("\ufeff"), pdf]))).toBeNull();
    expect(await sniffMediaType(Buffer.concat([Buffer.from(" "), pdf]))).toBeNull();
    expect(await sniffMediaType(Buffer.concat([Buffer.from("GIF89a"), pdf]))).toBeNull();
  });

  test("is unknown for an empty or short file", async () => {
    expect(await sniffMediaType(Buffer.alloc(0))).toBeNull();
    expect(await sniffMediaType(Buffer.from([0xff, 0xd8]))).toBeNull();
    expect(await sniffMediaType(Buffer.from("%PD"))).toBeNull();
  });
});

describe("a declared type", () => {
  test("is accepted if the bytes match", async () => {
    await expect(
      requireMediaType(await readFixture("scanned.pdf"), "application/pdf"),
    ).resolves.toBeUndefined();
  });

  test("that does not match is a content_mismatch that names both", async () => {
    await expect(requireMediaType(await readFixture("scanned.pdf"), "image/jpeg")).rejects.toMatchObject({
      code: "content_mismatch",
      detail: expect.stringMatching(/a PDF, not a JPEG picture/),
    });
  });

  test("of an unknown file is a content_mismatch with advice", async () => {
    await expect(requireMediaType(await readFixture("gif-renamed.jpg"), "image/jpeg")).rejects.toMatchObject({
      code: "content_mismatch",
      detail: expect.stringMatching(/save it as a JPEG picture/),
    });
  });
});
