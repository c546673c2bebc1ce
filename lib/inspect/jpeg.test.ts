import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodePicture, openPicture, toPixels } from "./decoder";
import { inspectDocument } from "./document";
import { repairJpeg } from "./jpeg";
import { renderPage } from "./page";
import { renderPicture } from "./picture";
import {
  jpegWithBytesBeforeItsEnd,
  jpegWithBytesBetweenSegments,
  jpegWithEmptyScanParameters,
  jpegWithFalseEnd,
  jpegWithFillBytes,
  jpegWithTrailer,
  jpegWithUnknownVersion,
  progressiveJpegWithBytesAfterScan,
  soundJpeg,
} from "./testing/odd-jpegs";

const ODD_JPEGS: [string, () => Promise<Buffer>][] = [
  ["bytes between segments", jpegWithBytesBetweenSegments],
  ["empty scan parameters", jpegWithEmptyScanParameters],
  ["bytes before its end", jpegWithBytesBeforeItsEnd],
  ["bytes between progressive scans", progressiveJpegWithBytesAfterScan],
  ["a trailer", jpegWithTrailer],
  ["fill bytes", jpegWithFillBytes],
  ["an unknown JFIF version", jpegWithUnknownVersion],
];

describe("a JPEG that every browser shows", () => {
  test.each(ODD_JPEGS)("is accepted, drawn and re-encoded with %s", async (_, build) => {
    const bytes = await build();
    expect(await inspectDocument(bytes, "image/jpeg")).toMatchObject({ pages: 1 });
    expect(await renderPage(bytes, "image/jpeg", 1)).toMatchObject({ width: 640, height: 480 });
    expect(await renderPicture(bytes)).toMatchObject({ width: 640, height: 480 });
  });

  test.each(ODD_JPEGS)("keeps the pixels of a lenient decoder with %s", async (_, build) => {
    const bytes = await build();
    const lenient = await toPixels(sharp(bytes, { failOn: "none" }));
    const decoded = await decodePicture(bytes, (open) => toPixels(open()));
    expect(decoded.data.equals(lenient.data)).toBe(true);
  });

  test("is decoded again if libvips has lost the reason of a failure", async () => {
    const failures = ["Warning treated as error due to failOn setting\nerror in tile 0 x 0"];
    const decoded = await decodePicture(await progressiveJpegWithBytesAfterScan(), async (open) => {
      const failure = failures.pop();
      if (failure) throw new Error(failure);
      return toPixels(open());
    });
    expect(decoded).toMatchObject({ width: 640, height: 480 });
  });

  test("is copied only if something is wrong with it", async () => {
    for (const progressive of [false, true]) {
      const sound = await soundJpeg({ progressive });
      expect(repairJpeg(sound)).toBe(sound);
    }
    const repaired = repairJpeg(await jpegWithBytesBetweenSegments());
    expect(repaired?.equals(await soundJpeg())).toBe(true);
  });
});

describe("a cut JPEG", () => {
  test.each([
    ["2 bytes", () => 2],
    ["100 bytes", () => 100],
    ["1 %", (length: number) => Math.ceil(length / 100)],
    ["30 %", (length: number) => Math.ceil(length * 0.3)],
  ])("is refused without its last %s", async (_, missing) => {
    // A trailer is no part of the picture, so its loss is no cut.
    const builders = [soundJpeg, ...ODD_JPEGS.map(([, build]) => build)].filter(
      (one) => one !== jpegWithTrailer,
    );
    for (const build of builders) {
      const bytes = await build();
      const cut = bytes.subarray(0, bytes.length - missing(bytes.length));
      await expect(inspectDocument(cut, "image/jpeg")).rejects.toMatchObject({
        code: "unreadable_file",
        detail: expect.stringMatching(/incomplete/),
      });
    }
  });

  test("is refused if a program has added an end", async () => {
    await expect(inspectDocument(await jpegWithFalseEnd(), "image/jpeg")).rejects.toMatchObject({
      code: "unreadable_file",
    });
  });

  test("is refused at every length, without another error", async () => {
    const bytes = await jpegWithBytesBetweenSegments();
    const header = bytes.indexOf(Buffer.from([0xff, 0xda])) + 40;
    for (let length = 2; length < header; length += 1)
      expect(repairJpeg(bytes.subarray(0, length))).toBeNull();
    await expect(toPixels(openPicture(bytes))).rejects.toThrow("extraneous");
  });
});
