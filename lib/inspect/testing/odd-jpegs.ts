import sharp from "sharp";

// JPEGs with faults that cameras and programs make. Every browser shows them.

const START_OF_SCAN = 0xda;
const QUANTIZATION_TABLES = 0xdb;
const HUFFMAN_TABLES = 0xc4;
const JUNK = Buffer.from("eighteen odd bytes");

/** A picture of 640 x 480 with much detail. */
export async function soundJpeg(options: { progressive?: boolean } = {}): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 640 * 480 * 3 }, (_, at) => (at * at) % 251);
  return sharp(pixels, { raw: { width: 640, height: 480, channels: 3 } })
    .jpeg(options)
    .toBuffer();
}

/** Pixel phones: bytes between two segments. */
export async function jpegWithBytesBetweenSegments(): Promise<Buffer> {
  const jpeg = await soundJpeg();
  return insert(jpeg, jpeg.indexOf(Buffer.from([0xff, QUANTIZATION_TABLES])));
}

/** Samsung phones: the parameters of the scan are 0, 0, 0 instead of 0, 63, 0. */
export async function jpegWithEmptyScanParameters(): Promise<Buffer> {
  const jpeg = await soundJpeg();
  const scan = jpeg.indexOf(Buffer.from([0xff, START_OF_SCAN])) + 2;
  const end = scan + jpeg.readUInt16BE(scan);
  jpeg.fill(0, end - 3, end);
  return jpeg;
}

/** Bytes that no pixel needs, before the marker that ends the picture. */
export async function jpegWithBytesBeforeItsEnd(): Promise<Buffer> {
  const jpeg = await soundJpeg();
  return insert(jpeg, jpeg.length - 2);
}

export async function progressiveJpegWithBytesAfterScan(): Promise<Buffer> {
  const jpeg = await soundJpeg({ progressive: true });
  return insert(jpeg, jpeg.lastIndexOf(Buffer.from([0xff, HUFFMAN_TABLES])));
}

/** Samsung phones append their own data. */
export async function jpegWithTrailer(): Promise<Buffer> {
  return Buffer.concat([await soundJpeg(), JUNK, Buffer.alloc(500, 7), Buffer.from("SEFT")]);
}

/** More fill bytes before a marker, which the standard allows. */
export async function jpegWithFillBytes(): Promise<Buffer> {
  const jpeg = await soundJpeg();
  return insert(jpeg, jpeg.indexOf(Buffer.from([0xff, START_OF_SCAN])), Buffer.alloc(7, 0xff));
}

export async function jpegWithUnknownVersion(): Promise<Buffer> {
  const version9 = Buffer.from("ffe000104a46494600090100000100010000", "hex");
  return insert(await soundJpeg(), 2, version9);
}

/** A third of the picture is missing, and a program has added an end. */
export async function jpegWithFalseEnd(): Promise<Buffer> {
  const jpeg = await soundJpeg();
  return Buffer.concat([jpeg.subarray(0, Math.floor(jpeg.length * 0.7)), Buffer.from([0xff, 0xd9])]);
}

function insert(jpeg: Buffer, at: number, bytes: Buffer = JUNK): Buffer {
  return Buffer.concat([jpeg.subarray(0, at), bytes, jpeg.subarray(at)]);
}
