import { describe, expect, test } from "vitest";
import { cropSchema, cropSquare } from "./crop";

describe("a crop", () => {
  test.each([
    ["the whole picture", { x: 0, y: 0, width: 1, height: 1 }],
    ["a part", { x: 0.25, y: 0.1, width: 0.5, height: 0.4 }],
    ["too wide by a rounding error of a browser", { x: 0.7, y: 0, width: 0.30000000000000004, height: 1 }],
  ])("may be %s", (_, crop) => {
    expect(cropSchema.parse(crop)).toEqual(crop);
  });

  test.each([
    ["beyond the right edge", { x: 0.6, y: 0, width: 0.5, height: 0.5 }],
    ["beyond the lower edge", { x: 0, y: 0.6, width: 0.5, height: 0.5 }],
    ["of no width", { x: 0, y: 0, width: 0, height: 1 }],
    ["of almost no height", { x: 0, y: 0, width: 1, height: 0.001 }],
    ["negative", { x: -0.1, y: 0, width: 0.5, height: 0.5 }],
    ["not a number", { x: Number.NaN, y: 0, width: 0.5, height: 0.5 }],
    ["infinite", { x: 0, y: 0, width: Number.POSITIVE_INFINITY, height: 0.5 }],
    ["with an unknown property", { x: 0, y: 0, width: 1, height: 1, rotate: 90 }],
  ])("may not be %s", (_, crop) => {
    expect(cropSchema.safeParse(crop).success).toBe(false);
  });
});

describe("the square of a picture", () => {
  test("is the middle without a crop", () => {
    expect(cropSquare({ width: 3024, height: 4032 })).toEqual({ left: 0, top: 504, side: 3024 });
    expect(cropSquare({ width: 4032, height: 3024 })).toEqual({ left: 504, top: 0, side: 3024 });
  });

  test("is exactly a square crop", () => {
    const crop = { x: 0.25, y: 0.5, width: 0.5, height: 0.25 };
    expect(cropSquare({ width: 1000, height: 2000 }, crop)).toEqual({ left: 250, top: 1000, side: 500 });
  });

  test("is the middle of a crop that is not square", () => {
    const crop = { x: 0, y: 0, width: 1, height: 0.5 };
    expect(cropSquare({ width: 1000, height: 1000 }, crop)).toEqual({ left: 250, top: 0, side: 500 });
  });

  test("is inside the picture for any crop", () => {
    for (const [width, height] of [
      [1, 1],
      [1, 5000],
      [3, 2],
      [999, 1001],
    ] as const) {
      for (const x of [0, 0.33, 0.99]) {
        for (const y of [0, 0.5, 0.99]) {
          const { left, top, side } = cropSquare({ width, height }, { x, y, width: 1 - x, height: 1 - y });
          expect(side).toBeGreaterThanOrEqual(1);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(left + side).toBeLessThanOrEqual(width);
          expect(top + side).toBeLessThanOrEqual(height);
        }
      }
    }
  });
});
