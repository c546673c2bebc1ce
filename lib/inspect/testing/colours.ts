import { openPicture, openPixels, toPixels } from "../decoder";

/** Returns the mean colour around a point (fractions of width and height) of an encoded picture. */
export async function meanColourAt(bytes: Buffer, x: number, y: number) {
  const pixels = await toPixels(openPicture(bytes).removeAlpha());
  const side = Math.max(1, Math.round(Math.min(pixels.width, pixels.height) / 50));
  const left = Math.min(Math.max(0, Math.round(x * pixels.width - side / 2)), pixels.width - side);
  const top = Math.min(Math.max(0, Math.round(y * pixels.height - side / 2)), pixels.height - side);
  const { data } = await toPixels(openPixels(pixels).extract({ left, top, width: side, height: side }));
  const mean = (channel: number) => {
    let sum = 0;
    for (let at = channel; at < data.length; at += 3) sum += data[at] ?? 0;
    return Math.round(sum / (data.length / 3));
  };
  return { red: mean(0), green: mean(1), blue: mean(2) };
}

/** Names a plain colour, for assertions. */
export async function colourNameAt(bytes: Buffer, x: number, y: number): Promise<string> {
  const { red, green, blue } = await meanColourAt(bytes, x, y);
  const most = Math.max(red, green, blue);
  if (most - Math.min(red, green, blue) < 40) return most < 80 ? "black" : most > 200 ? "white" : "grey";
  const near = (channel: number) => channel > most * 0.8;
  if (near(red) && near(green)) return "yellow";
  return most === red ? "red" : most === green ? "green" : "blue";
}
