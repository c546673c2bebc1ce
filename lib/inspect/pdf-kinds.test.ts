import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { inspectDocument } from "./document";
import { renderPdfPage } from "./pdf";
import {
  dynamicXfaPdf,
  pdfWithAttachedFile,
  portfolioPdf,
  staticXfaPdf,
  UNDRAWN_SCRIPTS,
  UNEMBEDDED_SCRIPTS,
  undrawnLettersPdf,
  unembeddedFontPdf,
} from "./testing/odd-pdfs";

const PDF = "application/pdf";

describe("a PDF whose pages do not show its content", () => {
  test.each([true, false])("is refused as an XFA form (needs rendering: %s)", async (needsRendering) => {
    await expect(inspectDocument(dynamicXfaPdf({ needsRendering }), PDF)).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/Adobe Reader.*print it to a PDF/),
    });
  });

  test.each([true, false])("is refused as a portfolio (compressed: %s)", async (compressed) => {
    await expect(inspectDocument(await portfolioPdf({ compressed }), PDF)).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/portfolio.*papers inside/),
    });
  });
});

describe("a PDF whose pages show its content", () => {
  test("is accepted with an XFA description of its fields", async () => {
    const bytes = await staticXfaPdf();
    expect(bytes.includes("/XFA")).toBe(true);
    expect(await inspectDocument(bytes, PDF)).toMatchObject({ pages: 1 });
  });

  test("is accepted with an attachment", async () => {
    expect(await inspectDocument(await pdfWithAttachedFile(), PDF)).toMatchObject({ pages: 1 });
  });
});

describe("letters of a font that is not in the file", () => {
  test.each(Object.entries(UNEMBEDDED_SCRIPTS))("are all drawn in %s", async (script, { text }) => {
    const bytes = unembeddedFontPdf(script as keyof typeof UNEMBEDDED_SCRIPTS);
    const { data, width } = await renderPdfPage(bytes, 1, 595);
    expect(width).toBe(595);
    const darkPixels = (letter: number) => {
      let dark = 0;
      for (let y = 842 - 700 - 40; y < 842 - 700 + 8; y += 1)
        for (let x = 60 + letter * 48; x < 60 + (letter + 1) * 48; x += 1)
          if ((data[(y * width + x) * 4] ?? 255) < 128) dark += 1;
      return dark;
    };
    for (const [index, letter] of [...text].entries()) expect(darkPixels(index), letter).toBeGreaterThan(60);
    expect(await inspectDocument(bytes, PDF)).toMatchObject({ missingLetters: false });
  });

  test.each(Object.keys(UNDRAWN_SCRIPTS))("are found to be missing in %s", async (script) => {
    const bytes = undrawnLettersPdf(script as keyof typeof UNDRAWN_SCRIPTS);
    expect(await inspectDocument(bytes, PDF)).toMatchObject({ pages: 1, missingLetters: true });
  });

  test("are not missing if the file contains the font", async () => {
    const font = await readFile("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
    const bytes = undrawnLettersPdf("arabic", font);
    expect(await inspectDocument(bytes, PDF)).toMatchObject({ pages: 1, missingLetters: false });
  });
});
