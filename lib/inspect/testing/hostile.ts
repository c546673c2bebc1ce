import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

const PNG_SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const SCRIPT = "<script>document.title='taken'</script>";

/** A valid PNG of 900 million black pixels in some hundred kilobytes. */
export function pixelBombPng(side = 30_000): Buffer {
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)));
  return assemblePng([
    headerChunk(side, side, 1, 0),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND"),
  ]);
}

/** Two frames, red and blue. A reader without animation shows the red one. */
export function animatedPng(): Buffer {
  return animationPng([chunk("fcTL", frameControl(1)), chunk("fdAT", uint32s(2), redBlue(0, 255))]);
}

/** An animation of one frame, as some programs save a still picture. */
export function stillAnimationPng(): Buffer {
  return animationPng([]);
}

/** `acTL` always says one frame: the frames that follow decide, not this number. */
function animationPng(frames: Buffer[]): Buffer {
  return assemblePng([
    headerChunk(64, 64, 8, 2),
    chunk("acTL", uint32s(1, 0)),
    chunk("fcTL", frameControl(0)),
    chunk("IDAT", redBlue(255, 0)),
    ...frames,
    chunk("IEND"),
  ]);
}

/** 64 x 64 pixels of one colour, compressed. */
function redBlue(red: number, blue: number): Buffer {
  const row = Buffer.concat([
    Buffer.from([0]),
    ...Array.from({ length: 64 }, () => Buffer.from([red, 0, blue])),
  ]);
  return deflateSync(Buffer.concat(Array.from({ length: 64 }, () => row)));
}

function frameControl(sequence: number): Buffer {
  return Buffer.concat([uint32s(sequence, 64, 64, 0, 0), Buffer.from([0, 1, 0, 10, 0, 0])]);
}

export async function animatedWebp(): Promise<Buffer> {
  const moving = await animatedPicture();
  return moving.webp({ delay: [100, 100] }).toBuffer();
}

export async function animatedGif(): Promise<Buffer> {
  const moving = await animatedPicture();
  return moving.gif({ delay: [100, 100] }).toBuffer();
}

async function animatedPicture() {
  const frame = (background: string) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
  return sharp([await frame("#ff0000"), await frame("#0000ff")], { join: { animated: true } });
}

export function tiffPicture(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: "#00ff00" } })
    .tiff()
    .toBuffer();
}

/** An SVG to one program, a page with a script to another. */
export function scriptedSvg(): Buffer {
  return Buffer.from(
    `<?xml version="1.0"?><!-- <html><body>${SCRIPT}</body></html> --><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${SCRIPT}<rect width="64" height="64" fill="red"/></svg>`,
  );
}

/** An HTML page with a script. PDF readers accept the signature within the first kilobyte. */
export function htmlBeforePdf(pdf: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`<!doctype html>${SCRIPT}<!--\n`), pdf]);
}

/** A valid JPEG with an HTML page and a script in its comment. */
export async function jpegWithHtmlComment(): Promise<Buffer> {
  const plain = await sharp({ create: { width: 320, height: 240, channels: 3, background: "#336699" } })
    .jpeg()
    .toBuffer();
  const comment = Buffer.from(`--><!doctype html>${SCRIPT}<!--`);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(comment.length + 2);
  return Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, comment, plain.subarray(2)]);
}

function assemblePng(chunks: Buffer[]): Buffer {
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}

function headerChunk(width: number, height: number, depth: number, colour: number): Buffer {
  return chunk("IHDR", uint32s(width, height), Buffer.from([depth, colour, 0, 0, 0]));
}

function chunk(name: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), ...parts]);
  return Buffer.concat([uint32s(body.length - 4), body, uint32s(crc32(body))]);
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
