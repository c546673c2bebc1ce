import { degrees, PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "pdf-lib";

const A4 = { width: 595.28, height: 841.89 };
const MARGIN = 72;
const INK = rgb(0.1, 0.11, 0.14);
const FAINT = rgb(0.42, 0.44, 0.48);
const RULE = rgb(0.72, 0.7, 0.66);

type Fonts = { serif: PDFFont; bold: PDFFont; sans: PDFFont };
export type TextBlock = { text: string; font: keyof Fonts; size: number; gap?: number; faint?: boolean };
/** One page: its head, and what stands below it, from top to bottom. */
export type Sheet = { issuer: string; title: string; blocks: TextBlock[] };

/** A PDF with a page for each sheet, on A4. Text in Latin letters only: PDF's own fonts have no others. */
export async function renderPdf(sheets: readonly Sheet[]): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const fonts: Fonts = {
    serif: await pdf.embedFont(StandardFonts.TimesRoman),
    bold: await pdf.embedFont(StandardFonts.TimesRomanBold),
    sans: await pdf.embedFont(StandardFonts.Helvetica),
  };
  for (const sheet of sheets) drawSheet(pdf.addPage([A4.width, A4.height]), fonts, sheet);
  pdf.setTitle("Specimen");
  return Buffer.from(await pdf.save());
}

function drawSheet(page: PDFPage, fonts: Fonts, { issuer, title, blocks }: Sheet): void {
  const { serif, bold, sans } = fonts;
  page.drawText("SPECIMEN", {
    x: 92,
    y: 240,
    size: 92,
    font: bold,
    color: rgb(0.75, 0.25, 0.2),
    opacity: 0.16,
    rotate: degrees(48),
  });
  page.drawText(issuer, { x: MARGIN, y: A4.height - 78, size: 9, font: sans, color: FAINT });
  page.drawText(title, { x: MARGIN, y: A4.height - 116, size: 27, font: serif, color: INK });
  page.drawLine({
    start: { x: MARGIN, y: A4.height - 134 },
    end: { x: A4.width - MARGIN, y: A4.height - 134 },
    thickness: 0.7,
    color: RULE,
  });
  let y = A4.height - 152;
  for (const { text, font, size, gap = 0, faint = false } of blocks) {
    y -= gap;
    for (const words of wrapText(text, fonts[font], size)) {
      y -= size * 1.4;
      page.drawText(words, { x: MARGIN, y, size, font: fonts[font], color: faint ? FAINT : INK });
    }
  }
}

function wrapText(text: string, font: PDFFont, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && font.widthOfTextAtSize(longer, size) <= A4.width - 2 * MARGIN)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
