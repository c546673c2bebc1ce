import { describe, expect, test } from "vitest";
import { requireMediaType, SNIFF_BYTES, sniffMediaType } from "./sniff";
import { type FixtureName, readFixture } from "./testing/fixtures";

describe("What a file is", () => {
  test.each<[FixtureName, string]>([
    ["phone-portrait.jpg", "image/jpeg"],
    ["flood-30000x30000.png", "image/png"],
    ["animated.png", "image/png"],
    ["animated.webp", "image/webp"],
    ["scanned.pdf", "application/pdf"],
    ["html-in-comment.jpg", "image/jpeg"],
  ])("is told by its first bytes: %s is %s", async (name, type) => {
    expect(await sniffMediaType((await readFixture(name)).subarray(0, SNIFF_BYTES))).toBe(type);
  });

  test.each<FixtureName>(["gif-renamed.jpg", "tiff-renamed.png", "svg-renamed.png", "html-before.pdf"])(
    "is nothing that we take, whatever the name says: %s",
    async (name) => {
      expect(await sniffMediaType(await readFixture(name))).toBeNull();
    },
  );

  test("counts at the very first byte only, because readers disagree about a PDF that begins later", async () => {
    const pdf = await readFixture("scanned.pdf");
    expect(await sniffMediaType(Buffer.concat([Buffer.from("\ufeff"), pdf]))).toBeNull();
    expect(await sniffMediaType(Buffer.concat([Buffer.from(" "), pdf]))).toBeNull();
    expect(await sniffMediaType(Buffer.concat([Buffer.from("GIF89a"), pdf]))).toBeNull();
  });

  test("is not guessed from nothing, or from too little", async () => {
    expect(await sniffMediaType(Buffer.alloc(0))).toBeNull();
    expect(await sniffMediaType(Buffer.from([0xff, 0xd8]))).toBeNull();
    expect(await sniffMediaType(Buffer.from("%PD"))).toBeNull();
  });
});

describe("A declared type", () => {
  test("is accepted where the bytes agree", async () => {
    await expect(requireMediaType(await readFixture("scanned.pdf"), "application/pdf")).resolves.toBeUndefined();
  });

  test("that the bytes contradict is a content_mismatch that names both", async () => {
    await expect(requireMediaType(await readFixture("scanned.pdf"), "image/jpeg")).rejects.toMatchObject({
      code: "content_mismatch",
      detail: expect.stringMatching(/a PDF, not a JPEG picture/),
    });
  });

  test("over a file of no known kind is a content_mismatch that says what to do", async () => {
    await expect(requireMediaType(await readFixture("gif-renamed.jpg"), "image/jpeg")).rejects.toMatchObject({
      code: "content_mismatch",
      detail: expect.stringMatching(/save it as a JPEG picture/),
    });
  });
});
