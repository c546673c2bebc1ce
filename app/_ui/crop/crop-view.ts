import type { Crop } from "@/lib/inspect/crop";

/** The size of the upright picture, in pixels. */
export type Size = { width: number; height: number };

/**
 * The part of the picture in the round window. At `zoom` 1 it is the largest square that fits.
 * `x` and `y` are the centre of the window, as fractions of the picture.
 */
export type CropView = { zoom: number; x: number; y: number };

/** A window over fewer pixels would look blurred. */
const MIN_CROP_PIXELS = 128;
const MAX_ZOOM = 8;

export const WHOLE_PICTURE: CropView = { zoom: 1, x: 0.5, y: 0.5 };

export function maxZoomOf({ width, height }: Size): number {
  return Math.min(MAX_ZOOM, Math.max(1, Math.min(width, height) / MIN_CROP_PIXELS));
}

/** Returns the window's width and height, as fractions of the picture. */
function cropExtentOf({ width, height }: Size, zoom: number): { width: number; height: number } {
  const side = Math.min(width, height) / zoom;
  return { width: side / width, height: side / height };
}

/** Returns the nearest view inside the picture. */
export function clampView(size: Size, { zoom, x, y }: CropView): CropView {
  const validZoom = clamp(zoom, 1, maxZoomOf(size));
  const { width, height } = cropExtentOf(size, validZoom);
  return {
    zoom: validZoom,
    x: clamp(x, width / 2, 1 - width / 2),
    y: clamp(y, height / 2, 1 - height / 2),
  };
}

/** Moves the window, in fractions of itself: `right: 0.1` moves it by a tenth of its width. */
export function moveView(
  size: Size,
  view: CropView,
  { right = 0, down = 0 }: { right?: number; down?: number },
): CropView {
  const { width, height } = cropExtentOf(size, view.zoom);
  return clampView(size, { ...view, x: view.x + right * width, y: view.y + down * height });
}

export function zoomView(size: Size, view: CropView, zoom: number): CropView {
  return clampView(size, { ...view, zoom });
}

export function cropOf(size: Size, view: CropView): Crop {
  const { width, height } = cropExtentOf(size, view.zoom);
  return {
    x: round(view.x - width / 2),
    y: round(view.y - height / 2),
    width: round(width),
    height: round(height),
  };
}

/** Returns the view of an earlier crop: the largest square in its middle. */
export function viewOf(size: Size, crop: Crop | undefined): CropView {
  if (!crop) return WHOLE_PICTURE;
  const side = Math.min(crop.width * size.width, crop.height * size.height);
  return clampView(size, {
    zoom: Math.min(size.width, size.height) / side,
    x: crop.x + crop.width / 2,
    y: crop.y + crop.height / 2,
  });
}

/** "Zoom 150 %, 30 % from the left, 20 % from the top": the position of the window's centre. */
export function describeView({ zoom, x, y }: CropView): string {
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  return `Zoom ${percent(zoom)}, ${percent(x)} from the left, ${percent(y)} from the top`;
}

/** Returns the style that shows this part of a picture in a square box with hidden overflow. */
export function cropStyleOf({ x, y, width, height }: Crop): {
  width: string;
  height: string;
  left: string;
  top: string;
} {
  const percent = (part: number) => `${part * 100}%`;
  return {
    width: percent(1 / width),
    height: percent(1 / height),
    left: percent(-x / width),
    top: percent(-y / height),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** Rounds to six places, a hundredth of a pixel of the largest picture. */
function round(value: number): number {
  return Math.max(0, Math.round(value * 1e6) / 1e6);
}
