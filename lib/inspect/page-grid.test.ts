import { describe, expect, test } from "vitest";
import { countTiles, locatePart, type PagePart } from "./page-grid";

const A4 = { width: 595, height: 842 };
const THIN = { width: 595, height: 20_000 };

/** Locates all cells of all tiles. */
function locateAll(size: { width: number; height: number }, tiles: number, detail: number) {
  return Array.from({ length: tiles }, (_, tile) =>
    Array.from({ length: detail * detail }, (_, cell) =>
      locatePart(size, { tiles, tile: tile + 1, detail, cell: cell + 1 }),
    ),
  ).flat();
}

describe("a page", () => {
  test("of usual size is one image of 1600 pixels", () => {
    expect(countTiles(A4)).toBe(1);
    const { area } = locatePart(A4, { tiles: 1, tile: 1, detail: 1, cell: 1 });
    expect(area).toEqual({ left: 0, top: 0, width: 1600, height: 2264 });
  });

  test("that is tall is as wide in several tiles", () => {
    const tiles = countTiles(THIN);
    expect(tiles).toBe(9);
    for (const { area } of locateAll(THIN, tiles, 1)) {
      expect(area.width).toBe(1600);
      expect(area.height).toBeLessThan(6001);
    }
  });

  test.each([
    ["usual", A4],
    ["tall", THIN],
    ["wide", { width: 20_000, height: 595 }],
    ["endless", { width: 1, height: 14_400 }],
    ["huge", { width: 14_400, height: 14_400 }],
  ])("that is %s is covered once by parts of limited size", (_, size) => {
    const tiles = countTiles(size);
    for (const detail of [1, 2, 4]) {
      const parts = locateAll(size, tiles, detail);
      const scale = parts[0]?.scale ?? 0;
      const pixels = parts.reduce((sum, { area }) => sum + area.width * area.height, 0);
      expect(pixels / (Math.round(size.width * scale) * Math.round(size.height * scale))).toBeCloseTo(1, 5);
      for (const { area } of parts) {
        expect(Math.max(area.width, area.height)).toBeLessThanOrEqual(12_001);
        expect(area.width * area.height).toBeLessThan(13_000_000);
      }
    }
  });

  test("has more pixels with more detail, up to those of the picture", () => {
    const part = { tiles: 1, tile: 1, detail: 4, cell: 1 };
    expect(locatePart(A4, part).area.width).toBe(1600);
    expect(locatePart({ width: 3024, height: 4032 }, part, { maxWidth: 3024 }).area.width).toBe(756);
  });

  test.each<PagePart>([
    { tiles: 1, tile: 2, detail: 1, cell: 1 },
    { tiles: 1, tile: 1, detail: 1, cell: 2 },
    { tiles: 3, tile: 3, detail: 2, cell: 5 },
  ])("has no part %o", (part) => {
    expect(() => locatePart(A4, part)).toThrow(expect.objectContaining({ code: "not_found" }));
  });
});
