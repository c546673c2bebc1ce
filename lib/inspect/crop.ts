import { z } from "zod";

/** Room for what is lost when a browser divides pixels: a crop may stick out by this fraction. */
const ROUNDING_TOLERANCE = 1e-4;
const fractionSchema = z.number().min(0).max(1);
/** A hundredth of a side: less of a picture is a slip of the hand. */
const extentSchema = z.number().min(0.01).max(1);

/** The part of the upright picture to show, in fractions of its width and height. */
export const cropSchema = z
  .strictObject({ x: fractionSchema, y: fractionSchema, width: extentSchema, height: extentSchema })
  .refine(({ x, width }) => x + width <= 1 + ROUNDING_TOLERANCE, {
    path: ["width"],
    message: "The part you chose goes beyond the picture's right edge.",
  })
  .refine(({ y, height }) => y + height <= 1 + ROUNDING_TOLERANCE, {
    path: ["height"],
    message: "The part you chose goes beyond the picture's lower edge.",
  });

export type Crop = z.infer<typeof cropSchema>;

/** Whole pixels of an upright picture. */
export type Square = { left: number; top: number; side: number };

/**
 * The square of pixels to show of a picture of `width` x `height`: the largest one in the middle of the crop, or of the whole
 * picture where there is no crop. It always lies inside the picture and has at least one pixel.
 */
export function cropSquare({ width, height }: { width: number; height: number }, crop?: Crop): Square {
  const { x, y, width: across, height: down } = crop ?? { x: 0, y: 0, width: 1, height: 1 };
  const wide = across * width;
  const high = down * height;
  const side = Math.max(1, Math.min(Math.round(Math.min(wide, high)), width, height));
  return {
    left: clamp(x * width + (wide - side) / 2, width - side),
    top: clamp(y * height + (high - side) / 2, height - side),
    side,
  };
}

function clamp(at: number, most: number): number {
  return Math.min(Math.max(Math.round(at), 0), most);
}
