import { renderScene, openRawImage } from "./scene";

const CAMERA = { Make: "Specimen", Model: "Pocket Camera 12", Software: "1.0" };
/** 51° 30' 26" N, 0° 7' 39" W: the middle of London. */
const GPS_POSITION = {
  GPSLatitudeRef: "N",
  GPSLatitude: "51/1 30/1 26/1",
  GPSLongitudeRef: "W",
  GPSLongitude: "0/1 7/1 39/1",
  GPSAltitude: "24/1",
};

/** As a phone held upright writes it: 12 megapixels lying on their side, "turn me by 90 degrees" and the place in EXIF. */
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

/** In the wider colours of a recent phone, and with a place. */
export async function landscape(): Promise<Buffer> {
  return openRawImage(await renderScene(4032, 3024))
    .withIccProfile("p3")
    .withExifMerge({ IFD0: CAMERA, IFD3: GPS_POSITION })
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** About 20 MB, as a camera with a large sensor and little compression writes. */
export async function large(): Promise<Buffer> {
  return openRawImage(await renderScene(6000, 4000, 34))
    .jpeg({ quality: 96, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

/** Broken off on the way: the header and most of the picture are there. */
export async function truncated(whole: Buffer): Promise<Buffer> {
  return whole.subarray(0, Math.floor(whole.length * 0.7));
}
