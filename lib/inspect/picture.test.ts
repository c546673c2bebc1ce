import { createHash } from "node:crypto";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { isCampaign } from "../../tests/support/campaign";
import { type Picture, renderPicture } from "./picture";
import { colourNameAt, meanColourAt } from "./testing/colours";
import { readFixture } from "./testing/fixtures";
import { findVariantBytes } from "./testing/pictures";

function outputs(picture: Picture): Buffer[] {
  return [picture.rendition.data, ...picture.variants.map(({ data }) => data)];
}

describe("a photograph from an upright phone", () => {
  let sent: Buffer;
  let picture: Picture;
  beforeAll(async () => {
    sent = await readFixture("phone-portrait.jpg");
    picture = await renderPicture(sent);
  });

  test("has an orientation and a location in its file", async () => {
    const { orientation, width, height, exif } = await sharp(sent).metadata();
    expect({ orientation, width, height }).toEqual({ orientation: 6, width: 4032, height: 3024 });
    expect(exif?.includes("Pocket Camera")).toBe(true);
    // The tag of the GPS directory, 0x8825, in both byte orders.
    expect(exif?.includes(Buffer.from([0x25, 0x88])) || exif?.includes(Buffer.from([0x88, 0x25]))).toBe(true);
  });

  test("is turned upright", async () => {
    expect(picture).toMatchObject({ width: 3024, height: 4032 });
    expect(picture.rendition).toMatchObject({ type: "image/webp", width: 1536, height: 2048 });
    for (const data of [
      picture.rendition.data,
      findVariantBytes(picture, 512),
      findVariantBytes(picture, 96),
    ]) {
      expect(await colourNameAt(data, 0.5, 0.03)).toBe("blue");
      expect(await colourNameAt(data, 0.05, 0.95)).toBe("green");
      expect(await colourNameAt(data, 0.19, 0.55)).toBe("red");
    }
  });

  test("loses camera, location and colour profile in all variants", async () => {
    for (const data of outputs(picture)) {
      for (const trace of [
        "Exif",
        "EXIF",
        "GPS",
        "Specimen",
        "Pocket Camera",
        "<x:xmp",
        "ICCP",
        "colrprof",
      ]) {
        expect(data.includes(trace), trace).toBe(false);
      }
    }
    const { exif, icc, xmp, iptc, orientation } = await sharp(picture.rendition.data).metadata();
    expect([exif, icc, xmp, iptc, orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("has five squares, smallest last, named by their hash", () => {
    expect(picture.variants.map(({ width, height, type }) => `${width} ${height} ${type}`)).toEqual([
      "512 512 image/avif",
      "512 512 image/webp",
      "256 256 image/avif",
      "256 256 image/webp",
      "96 96 image/webp",
    ]);
    for (const { name, data, width, type } of picture.variants) {
      const hash = createHash("sha256").update(data).digest("hex").slice(0, 32);
      expect(name).toBe(`${hash}-${width}.${type === "image/avif" ? "avif" : "webp"}`);
    }
  });

  test("has variants of the declared sizes and formats", async () => {
    for (const { data, width, type } of picture.variants) {
      if (type === "image/webp") {
        expect(await sharp(data).metadata()).toMatchObject({ format: "webp", width, height: width });
        continue;
      }
      expect(data.toString("latin1", 4, 12)).toBe("ftypavif");
      const extent = data.indexOf("ispe") + 8;
      expect([data.readUInt32BE(extent), data.readUInt32BE(extent + 4)]).toEqual([width, width]);
    }
  });

  test("has a placeholder of at most a hundred bytes", () => {
    expect(picture.placeholder).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(picture.placeholder.length).toBeLessThanOrEqual(100);
  });

  test("renders to the same bytes again", async () => {
    const again = await renderPicture(sent);
    expect(again.variants.map(({ name }) => name)).toEqual(picture.variants.map(({ name }) => name));
    expect(again.rendition.data.equals(picture.rendition.data)).toBe(true);
  });
});

describe("other pictures", () => {
  test("keep their colours without the profile of a wide gamut", async () => {
    // sRGB cannot show the full green of Display P3, so the result is the nearest green.
    const wide = await sharp({ create: { width: 400, height: 400, channels: 3, background: "#cc4422" } })
      .withIccProfile("p3")
      .png()
      .toBuffer();
    expect((await sharp(wide).metadata()).icc).toBeDefined();
    const { red, green, blue } = await meanColourAt(
      findVariantBytes(await renderPicture(wide), 512),
      0.5,
      0.5,
    );
    expect(Math.abs(red - 0xcc) + Math.abs(green - 0x44) + Math.abs(blue - 0x22)).toBeLessThan(16);
  });

  test("in grey, 16 bits, CMYK or half transparent render normally", async () => {
    const red = { create: { width: 300, height: 300, channels: 3 as const, background: "#e01010" } };
    const cases = {
      grey: await sharp(red).greyscale().png().toBuffer(),
      deep: await sharp(red).toColourspace("rgb16").png().toBuffer(),
      print: await sharp(red).toColourspace("cmyk").jpeg().toBuffer(),
      clear: await sharp({
        create: { ...red.create, channels: 4, background: { r: 224, g: 16, b: 16, alpha: 0.5 } },
      })
        .png()
        .toBuffer(),
    };
    const hues = await Promise.all(
      Object.values(cases).map(async (bytes) =>
        colourNameAt(findVariantBytes(await renderPicture(bytes), 512), 0.5, 0.5),
      ),
    );
    expect(hues).toEqual(["grey", "red", "red", "red"]);
    const clear = await renderPicture(cases.clear);
    expect((await sharp(findVariantBytes(clear, 512)).metadata()).hasAlpha).toBe(true);
  });

  test("of a few pixels have all five squares", async () => {
    const tiny = await sharp({ create: { width: 3, height: 1, channels: 3, background: "#00c000" } })
      .png()
      .toBuffer();
    const picture = await renderPicture(tiny);
    expect(picture.rendition).toMatchObject({ width: 3, height: 1 });
    expect(picture.variants.map(({ width }) => width)).toEqual([512, 512, 256, 256, 96]);
    expect(await colourNameAt(findVariantBytes(picture, 512), 0.5, 0.5)).toBe("green");
  });

  test("that are long and thin render", async () => {
    const thin = await sharp({ create: { width: 9000, height: 2, channels: 3, background: "#0000e0" } })
      .png()
      .toBuffer();
    const picture = await renderPicture(thin);
    expect(picture.rendition).toMatchObject({ width: 2048, height: 1 });
  });

  // `npm test` uploads this picture in a journey.
  if (isCampaign)
    test("of 20 MB are accepted", async () => {
      const picture = await renderPicture(await readFixture("large-20mb.jpg"));
      expect(picture).toMatchObject({ width: 6000, height: 4000 });
      expect(await colourNameAt(picture.rendition.data, 0.19, 0.55)).toBe("red");
    });

  test("lose a script in a comment", async () => {
    const sent = await readFixture("html-in-comment.jpg");
    expect(sent.includes("<script>")).toBe(true);
    for (const data of outputs(await renderPicture(sent))) expect(data.includes("<script>")).toBe(false);
  });
});
