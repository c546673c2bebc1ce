import { z } from "zod";

/** Rounding in browsers: a crop may exceed the picture by this fraction. */
const ROUNDING_TOLERANCE = 1e-4;
const fractionSchema = z.number().min(0).max(1);
/** A smaller crop than a hundredth of a side is a mistake. */
const extentSchema = z.number().min(0.01).max(1);

/** The part of the upright picture to show, in fractions of its width and height. */
export const cropSchema = z
  .strictObject({ x: fractionSchema, y: fractionSchema, width: extentSchema, height: extentSchema })
  .refine(({ x, width }) => x + width <= 1 + ROUNDING_TOLERANCE, {
    path: ["width"],
    message: "The part that you chose exceeds the picture's right edge.",
  })
  .refine(({ y, height }) => y + height <= 1 + ROUNDING_TOLERANCE, {
    path: ["height"],
    message: "The part that you chose exceeds the picture's lower edge.",
  });

export type Crop = z.infer<typeof cropSchema>;

/** Whole pixels of an upright picture. */
export type Square = { left: number; top: number; side: number };

/**
 * Computes the square to show: the largest one in the middle of the crop, or of the whole picture
 * without a crop. It is always inside the picture and has at least one pixel.
 */
export function cropSquare({ width, height }: { width: number; height: number }, crop?: Crop): Square {
  const { x, y, width: widthFraction, height: heightFraction } = crop ?? { x: 0, y: 0, width: 1, height: 1 };
  const cropWidth = widthFraction * width;
  const cropHeight = heightFraction * height;
  const side = Math.max(1, Math.min(Math.round(Math.min(cropWidth, cropHeight)), width, height));
  return {
    left: clamp(x * width + (cropWidth - side) / 2, width - side),
    top: clamp(y * height + (cropHeight - side) / 2, height - side),
    side,
  };
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(Math.round(value), 0), max);
}
