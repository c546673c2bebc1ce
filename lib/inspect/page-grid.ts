import { notFoundProblem } from "../errors";
import type { PixelArea } from "./pdfium";

// A page image has readable letters, but a WebP has at most 16,383 pixels a side. So a tall page is
// divided into tiles, and a viewer that zooms in requests cells of a tile.

type Size = { width: number; height: number };

/** Pixels of a page image that is not divided. */
const PAGE_WIDTH = 1600;
const MAX_TILE_HEIGHT = 6000;
/** The tiles of a page that is longer than 150 times its width become narrower. */
const MAX_TILES = 40;
/** A wider page gets more pixels. */
const WIDE_RATIO = 3;
const MAX_SIDE = 12_000;
const MAX_PIXELS = 12_000_000;

/** The part of a page that one image shows. Numbers start at 1. */
export type PagePart = {
  /** The number of tiles that the inspection chose for the page. */
  tiles: number;
  tile: number;
  /** The image has 1, 2 or 4 times as many pixels a side, so it shows one cell of the tile. */
  detail: number;
  /** In rows from the upper left, from 1 to `detail * detail`. */
  cell: number;
};

export const WHOLE_PAGE: PagePart = { tiles: 1, tile: 1, detail: 1, cell: 1 };

/** Chooses into how many tiles a page is divided, from its size in points or pixels. */
export function countTiles(size: Size, maxWidth = PAGE_WIDTH): number {
  const height = (Math.min(PAGE_WIDTH, maxWidth) * size.height) / size.width;
  return Math.min(MAX_TILES, Math.ceil(height / MAX_TILE_HEIGHT));
}

/** Throws `not_found` for a part that does not exist. */
export function requirePart({ tiles, tile, detail, cell }: PagePart): void {
  if (tile > tiles || cell > detail * detail) throw notFoundProblem();
}

/**
 * Computes the pixels of the whole page as drawn, and the area of the part in them. `maxWidth` is
 * the width at which a picture has no more detail. Throws `not_found` for a part that does not
 * exist.
 */
export function locatePart(
  size: Size,
  { tiles, tile, detail, cell }: PagePart,
  { width = PAGE_WIDTH, maxWidth = Number.POSITIVE_INFINITY } = {},
): { scale: number; area: PixelArea } {
  requirePart({ tiles, tile, detail, cell });
  const ratio = size.width / size.height;
  const wanted = width * Math.max(1, ratio / WIDE_RATIO);
  const scale = Math.min(
    (detail * wanted) / size.width,
    maxWidth / size.width,
    (detail * MAX_SIDE) / size.width,
    (detail * tiles * MAX_SIDE) / size.height,
    detail * Math.sqrt((tiles * MAX_PIXELS) / (size.width * size.height)),
  );
  const drawn = { width: atLeastOne(size.width * scale), height: atLeastOne(size.height * scale) };
  const column = (cell - 1) % detail;
  const row = (tile - 1) * detail + Math.floor((cell - 1) / detail);
  const [left, right] = [column, column + 1].map((at) => Math.floor((drawn.width * at) / detail));
  const [top, bottom] = [row, row + 1].map((at) => Math.floor((drawn.height * at) / (detail * tiles)));
  const area = { left: left ?? 0, top: top ?? 0, width: right ?? 0, height: bottom ?? 0 };
  return {
    scale,
    area: { ...area, width: atLeastOne(area.width - area.left), height: atLeastOne(area.height - area.top) },
  };
}

function atLeastOne(length: number): number {
  return Math.max(1, Math.round(length));
}
