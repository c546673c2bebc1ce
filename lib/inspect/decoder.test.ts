import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readPictureHeader } from "./decoder";
import { renderPicture } from "./picture";
import { type FixtureName, readFixture } from "./testing/fixtures";

describe("the decoder", () => {
  test.each<[string, () => Promise<Buffer>]>([
    ["SVG", () => readFixture("svg-renamed.png")],
    ["GIF", () => readFixture("gif-renamed.jpg")],
    ["TIFF", () => readFixture("tiff-renamed.png")],
    ["PDF", () => readFixture("scanned.pdf")],
    ["AVIF", () => blank().avif().toBuffer()],
    ["PPM", async () => Buffer.from("P6 1 1 255\n\u0001\u0001\u0001")],
    ["CSV", async () => Buffer.from("1,2\n3,4\n")],
    ["a zero byte", async () => Buffer.alloc(1)],
  ])("has no loader for %s", async (_, bytes) => {
    await expect(renderPicture(await bytes())).rejects.toMatchObject({ code: "unreadable_file" });
    await expect(sharp(await bytes()).metadata()).rejects.toThrow();
  });

  test("opens no file by its path", async () => {
    await expect(sharp("public/none.png").metadata()).rejects.toThrow();
    const { fixturePath: fixture } = await import("./testing/fixtures");
    await expect(sharp(await fixture("phone-portrait.jpg")).metadata()).rejects.toThrow();
  });

  test.each<FixtureName>(["animated.webp", "animated.png"])(
    "refuses the animated picture %s",
    async (name) => {
      await expect(renderPicture(await readFixture(name))).rejects.toMatchObject({
        code: "unreadable_file",
        detail: expect.stringMatching(/moves/),
      });
    },
  );

  test("accepts an animation of one frame", async () => {
    const bytes = await readFixture("one-frame.png");
    expect(bytes.includes("acTL")).toBe(true);
    expect(await renderPicture(bytes)).toMatchObject({ width: 64, height: 64 });
  });

  test("refuses a truncated picture and says what to do", async () => {
    await expect(renderPicture(await readFixture("truncated.jpg"))).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/Take it again/),
    });
  });

  test("refuses too many pixels by the header, fast and without memory", async () => {
    const bytes = await readFixture("flood-30000x30000.png");
    const before = process.memoryUsage().rss;
    const start = performance.now();
    await expect(renderPicture(bytes)).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/900 million pixels/),
    });
    expect(performance.now() - start).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test("refuses too many pixels in every format", async () => {
    // Small pictures with a large size in the header.
    const jpeg = await blank().jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    const webp = await blank().webp().toBuffer();
    const key = webp.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
    webp.writeUInt16LE(16_383, key + 3);
    webp.writeUInt16LE(16_383, key + 5);
    for (const bytes of [jpeg, webp]) {
      await expect(readPictureHeader(bytes)).rejects.toMatchObject({
        code: "unreadable_file",
        detail: expect.stringMatching(/million pixels/),
      });
    }
  });

  test("reads the upright size without decoding", async () => {
    const bytes = await readFixture("phone-portrait.jpg");
    expect(await readPictureHeader(bytes)).toEqual({ width: 3024, height: 4032, format: "jpeg" });
    expect(await readPictureHeader(await readFixture("truncated.jpg"))).toMatchObject({ width: 3024 });
  });
});

function blank() {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: "#808080" } });
}
