import { rgbaToThumbHash } from "thumbhash";
import { expect, test } from "vitest";
import { placeholderDataUrl } from "./placeholder";

/** Hashes a picture that is red on the left and blue on the right. */
function hash(): string {
  const rgba = new Uint8Array(32 * 32 * 4);
  for (let pixel = 0; pixel < 32 * 32; pixel += 1) {
    rgba.set(pixel % 32 < 16 ? [255, 0, 0, 255] : [0, 0, 255, 255], pixel * 4);
  }
  return Buffer.from(rgbaToThumbHash(32, 32, rgba)).toString("base64");
}

test("a placeholder has the colours of the picture in place", () => {
  const url = placeholderDataUrl(hash()) ?? "";
  expect(url.length).toBeLessThan(360);
  const bytes = Buffer.from(url.slice("data:image/bmp;base64,".length), "base64");
  expect(bytes.readUInt32LE(2)).toBe(bytes.length);
  const pixel = (x: number, y: number) => [...bytes.subarray(54 + (y * 8 + x) * 3, 54 + (y * 8 + x) * 3 + 3)];
  const [blue = 0, , red = 0] = pixel(0, 4);
  expect(red).toBeGreaterThan(blue + 100);
  const [otherBlue = 0, , otherRed = 0] = pixel(7, 4);
  expect(otherBlue).toBeGreaterThan(otherRed + 100);
});

test("a missing picture has no placeholder", () => {
  expect(placeholderDataUrl(null)).toBeNull();
  expect(placeholderDataUrl(undefined)).toBeNull();
});
