import { describe, expect, test } from "vitest";
import { cropSchema, cropSquare } from "@/lib/inspect/crop";
import {
  cropOf,
  cropStyleOf,
  describeView,
  maxZoomOf,
  moveView,
  viewOf,
  WHOLE_PICTURE,
  zoomView,
} from "./crop-view";

const PORTRAIT = { width: 3000, height: 4000 };

describe("the crop window", () => {
  test("starts as the largest square in the middle", () => {
    expect(cropOf(PORTRAIT, WHOLE_PICTURE)).toEqual({ x: 0, y: 0.125, width: 1, height: 0.75 });
  });

  test("shows the same pixels as the server's crop", () => {
    const view = moveView(PORTRAIT, zoomView(PORTRAIT, WHOLE_PICTURE, 2), { right: 0.2, down: -0.1 });
    expect(cropSquare(PORTRAIT, cropOf(PORTRAIT, view))).toEqual({ left: 1050, top: 1100, side: 1500 });
  });

  test("stops at the edges of the picture", () => {
    const far = moveView(PORTRAIT, zoomView(PORTRAIT, WHOLE_PICTURE, 2), { right: 9, down: -9 });
    expect(cropOf(PORTRAIT, far)).toEqual({ x: 0.5, y: 0, width: 0.5, height: 0.375 });
    expect(cropOf(PORTRAIT, zoomView(PORTRAIT, far, 0.1))).toEqual({ x: 0, y: 0, width: 1, height: 0.75 });
  });

  test("limits the zoom before the picture looks blurred", () => {
    expect(maxZoomOf(PORTRAIT)).toBe(8);
    expect(maxZoomOf({ width: 256, height: 300 })).toBe(2);
    expect(maxZoomOf({ width: 50, height: 50 })).toBe(1);
  });

  test("opens on an earlier crop", () => {
    const view = moveView(PORTRAIT, zoomView(PORTRAIT, WHOLE_PICTURE, 3), { right: 0.4, down: 0.3 });
    const crop = cropOf(PORTRAIT, view);
    const reopened = cropOf(PORTRAIT, viewOf(PORTRAIT, crop));
    for (const side of ["x", "y", "width", "height"] as const) {
      expect(reopened[side]).toBeCloseTo(crop[side], 5);
    }
  });

  test("opens in the middle of a crop that is not a square", () => {
    const view = viewOf({ width: 400, height: 400 }, { x: 0, y: 0, width: 1, height: 0.5 });
    expect(view).toEqual({ zoom: 2, x: 0.5, y: 0.25 });
  });

  test("never makes a crop that the server refuses", () => {
    for (const width of [96, 101, 777, 3024, 8000]) {
      for (const height of [97, 333, 4032]) {
        for (const zoom of [1, 1.37, 8]) {
          const view = moveView({ width, height }, zoomView({ width, height }, WHOLE_PICTURE, zoom), {
            right: 5,
            down: 5,
          });
          expect(cropSchema.safeParse(cropOf({ width, height }, view)).error).toBeUndefined();
        }
      }
    }
  });

  test("describes its zoom and its centre in percent", () => {
    expect(describeView({ zoom: 1.5, x: 0.301, y: 0.2 })).toBe(
      "Zoom 150 %, 30 % from the left, 20 % from the top",
    );
  });

  test("returns the style that positions the picture behind it", () => {
    expect(cropStyleOf({ x: 0.25, y: 0, width: 0.5, height: 0.25 })).toEqual({
      width: "200%",
      height: "400%",
      left: "-50%",
      top: "0%",
    });
  });
});
