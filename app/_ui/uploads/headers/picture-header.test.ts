import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { MediaType } from "@/lib/fields/field";
import { readFixture } from "@/lib/inspect/testing/fixtures";
import { ByteReader } from "./byte-reader";
import { readPictureHeader } from "./picture-header";

const read = (bytes: Uint8Array, type: MediaType) =>
  readPictureHeader(new ByteReader(new Blob([bytes.slice()])), type);
const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: "#2266aa80" } });
const still = (width: number, height: number) => ({ width, height, isAnimated: false });

describe("readPictureHeader", () => {
  test.each([
    ["a JPEG", "image/jpeg", () => canvas(301, 203).jpeg()],
    ["a progressive JPEG", "image/jpeg", () => canvas(301, 203).jpeg({ progressive: true })],
    [
      "a JPEG with EXIF",
      "image/jpeg",
      () =>
        canvas(301, 203)
          .jpeg()
          .withExif({ IFD0: { Artist: "A" } }),
    ],
    ["a PNG", "image/png", () => canvas(301, 203).png()],
    ["a lossless WebP", "image/webp", () => canvas(301, 203).webp({ lossless: true })],
    ["a lossy WebP", "image/webp", () => canvas(301, 203).removeAlpha().webp()],
    ["a WebP with transparency", "image/webp", () => canvas(301, 203).webp()],
  ] as const)("reads the size of %s", async (_, type, picture) => {
    expect(await read(await picture().toBuffer(), type)).toEqual(still(301, 203));
  });

  test("skips segments that are longer than one read", async () => {
    const jpeg = await canvas(301, 203).jpeg().toBuffer();
    const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(0xfffd, 0xff)]);
    const long = Buffer.concat([jpeg.subarray(0, 2), segment, segment, segment, jpeg.subarray(2)]);
    expect(await read(long, "image/jpeg")).toEqual(still(301, 203));
  });

  test("counts frames, so one frame does not move", async () => {
    const moving = await readFixture("animated.png");
    expect(await read(moving, "image/png")).toMatchObject({ isAnimated: true });
    const single = Buffer.from(moving.toString("latin1").replace("fdAT", "tEXt"), "latin1");
    expect(await read(single, "image/png")).toMatchObject({ isAnimated: false });
    const webp = await readFixture("animated.webp");
    expect(await read(webp, "image/webp")).toMatchObject({ isAnimated: true });
    const firstFrame = webp.indexOf("ANMF");
    const end = firstFrame + 8 + webp.readUInt32LE(firstFrame + 4);
    expect(await read(webp.subarray(0, end), "image/webp")).toMatchObject({ isAnimated: false });
  });

  test.each([
    ["a JPEG without a frame header", "image/jpeg", Buffer.from("ffd8ffda0002", "hex")],
    ["a JPEG with bytes between its segments", "image/jpeg", Buffer.from("ffd800ffc000110800100010", "hex")],
    ["a JPEG whose height follows later", "image/jpeg", Buffer.from("ffd8ffc0001108000000100300", "hex")],
    ["a PNG that begins with another chunk", "image/png", Buffer.alloc(40)],
    ["a WebP of an unknown kind", "image/webp", Buffer.from(`RIFF....WEBPVP9 ${"\0".repeat(20)}`)],
    ["a file of ten bytes", "image/webp", Buffer.from("RIFF....WE")],
    ["a PDF", "application/pdf", Buffer.from("%PDF-1.7")],
  ] as const)("leaves %s to the server", async (_, type, bytes) => {
    expect(await read(bytes, type)).toBeNull();
  });
});
