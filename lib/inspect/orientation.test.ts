import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { renderPicture } from "./picture";
import { colourNameAt } from "./testing/colours";
import { findVariantBytes, fourColourPicture, rotateAsSensor } from "./testing/pictures";

describe("orientation and crop", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "stand orientation %i upright before anything is cut",
    async (orientation) => {
      const lying = await rotateAsSensor(await fourColourPicture(800, 400), orientation);
      const bytes = await sharp(lying).withMetadata({ orientation }).jpeg().toBuffer();
      const picture = await renderPicture(bytes, { crop: { x: 0, y: 0, width: 0.5, height: 1 } });
      expect(picture).toMatchObject({ width: 800, height: 400 });
      expect(await colourNameAt(picture.rendition.data, 0.1, 0.1)).toBe("red");
      expect(await colourNameAt(picture.rendition.data, 0.9, 0.1)).toBe("green");
      expect(await colourNameAt(findVariantBytes(picture, 512), 0.5, 0.1)).toBe("red");
      expect(await colourNameAt(findVariantBytes(picture, 512), 0.5, 0.9)).toBe("blue");
    },
  );

  test.each([
    ["png", 1600],
    ["png", 400],
    ["jpeg", 3200],
    ["webp", 1600],
  ] as const)("a crop of a %s of %i pixels contains exactly one quarter", async (format, side) => {
    const bytes = await sharp(await fourColourPicture(side, side))
      .toFormat(format, { quality: 95 })
      .toBuffer();
    const picture = await renderPicture(bytes, { crop: { x: 0.5, y: 0, width: 0.5, height: 0.5 } });
    const square = findVariantBytes(picture, 512);
    for (const [x, y] of [
      [0.02, 0.02],
      [0.98, 0.02],
      [0.02, 0.98],
      [0.98, 0.98],
    ] as const) {
      expect(await colourNameAt(square, x, y)).toBe("green");
    }
  });

  test("do not cut the rendition", async () => {
    const { rendition } = await renderPicture(await fourColourPicture(800, 800), {
      crop: { x: 0, y: 0, width: 0.25, height: 0.25 },
    });
    expect(rendition).toMatchObject({ width: 800, height: 800 });
    expect(await colourNameAt(rendition.data, 0.9, 0.9)).toBe("yellow");
  });
});
