import { beforeAll, describe, expect, test } from "vitest";
import { type Picture, renderPicture } from "./picture";
import { colourNameAt } from "./testing/colours";
import { readFixture } from "./testing/fixtures";
import { renderVariants } from "./variants";

describe("another crop", () => {
  let picture: Picture;
  beforeAll(async () => {
    picture = await renderPicture(await readFixture("phone-portrait.jpg"));
  });

  test("renders from the rendition alone", async () => {
    const { variants } = await renderVariants(picture.rendition.data, {
      x: 0.09,
      y: 0.48,
      width: 0.18,
      height: 0.135,
    });
    const square = variants.find(({ width, type }) => width === 512 && type === "image/webp");
    for (const [x, y] of [
      [0.05, 0.05],
      [0.5, 0.5],
      [0.95, 0.95],
    ] as const) {
      expect(await colourNameAt(square?.data ?? Buffer.alloc(0), x, y)).toBe("red");
    }
  });

  test("has other names and another placeholder", async () => {
    const again = await renderVariants(picture.rendition.data, { x: 0, y: 0, width: 0.5, height: 0.375 });
    const before = new Set(picture.variants.map(({ name }) => name));
    expect(again.variants).toHaveLength(5);
    expect(again.variants.filter(({ name }) => before.has(name))).toEqual([]);
    expect(again.placeholder).not.toBe(picture.placeholder);
  });

  test("of the middle equals no crop", async () => {
    const { variants } = await renderVariants(picture.rendition.data);
    expect(await colourNameAt(variants.at(-1)?.data ?? Buffer.alloc(0), 0.19, 0.55)).toBe("red");
    expect(variants.map(({ width, type }) => `${width} ${type}`)).toEqual(
      picture.variants.map(({ width, type }) => `${width} ${type}`),
    );
  });
});
