import { openRawImage, renderScene } from "./scene";

const CAMERA = { Make: "Specimen", Model: "Pocket Camera 12", Software: "1.0" };
/** The centre of London. */
const GPS_POSITION = {
  GPSLatitudeRef: "N",
  GPSLatitude: "51/1 30/1 26/1",
  GPSLongitudeRef: "W",
  GPSLongitude: "0/1 7/1 39/1",
  GPSAltitude: "24/1",
};

/** A photograph of an upright phone: 12 megapixels, orientation and location in EXIF. */
export async function portrait(): Promise<Buffer> {
  const lying = await openRawImage(await renderScene(3024, 4032))
    .rotate(270)
    .raw()
    .toBuffer();
  return openRawImage({ data: lying, width: 4032, height: 3024 })
    .withExif({
      IFD0: CAMERA,
      IFD2: { DateTimeOriginal: "2026:05:14 10:32:07" },
      IFD3: GPS_POSITION,
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** With the wide colours of a recent phone, and a location. */
export async function landscape(): Promise<Buffer> {
  return openRawImage(await renderScene(4032, 3024))
    .withIccProfile("p3")
    .withExifMerge({ IFD0: CAMERA, IFD3: GPS_POSITION })
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** About 20 MB, as from a camera with a large sensor and little compression. */
export async function large(): Promise<Buffer> {
  return openRawImage(await renderScene(6000, 4000, 34))
    .jpeg({ quality: 96, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

/** Truncated: it has the header and most of the picture. */
export async function truncated(complete: Buffer): Promise<Buffer> {
  return complete.subarray(0, Math.floor(complete.length * 0.7));
}
