import { degrees, PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "pdf-lib";

// Papers such as members hand in. Each says across its middle that it is a specimen, and is issued by nobody that exists.

const A4 = { width: 595.28, height: 841.89 };
const MARGIN = 72;
const INK = rgb(0.1, 0.11, 0.14);
const FAINT = rgb(0.42, 0.44, 0.48);
const RULE = rgb(0.72, 0.7, 0.66);

type Fonts = { serif: PDFFont; bold: PDFFont; sans: PDFFont };
type Block = { text: string; font: keyof Fonts; size: number; gap?: number; faint?: boolean };
/** One page: its head, and what stands below it, from top to bottom. */
export type Sheet = { issuer: string; title: string; blocks: Block[] };

/** What names a person in Latin letters, as papers do; the standard fonts of PDF have no others. */
export type Named = { latin: string };

export function certificate({ latin }: Named, number: string, issuedOn: string): Promise<Buffer> {
  const row = (label: string, value: string): Block[] => [
    { text: label, font: "sans", size: 9, gap: 16, faint: true },
    { text: value, font: "bold", size: 15, gap: 3 },
  ];
  return print([
    {
      issuer: "SPECIMEN DISCLOSURE OFFICE",
      title: "Enhanced certificate",
      blocks: [
        ...row("Certificate number", number),
        ...row("Date of issue", issuedOn),
        ...row("Name of the applicant", latin),
        ...row("Position applied for", "Volunteer"),
        ...row("Police records of convictions", "None recorded"),
        { text: NOTHING, font: "serif", size: 11, gap: 34 },
      ],
    },
    {
      issuer: "SPECIMEN DISCLOSURE OFFICE",
      title: `Certificate ${number}, page 2`,
      blocks: [
        { text: "How to use this certificate", font: "bold", size: 13 },
        { text: `${NOTHING} `.repeat(3), font: "serif", size: 11, gap: 10 },
        { text: "Counter-signatory", font: "sans", size: 9, gap: 40, faint: true },
        { text: "A. Specimen", font: "serif", size: 15, gap: 4 },
      ],
    },
  ]);
}

const NOTHING =
  "This sheet belongs to the demo of Dossier. It was drawn by a program, certifies nothing about anybody, and its number is in no register.";

export function letter(
  { latin }: Named,
  date: string,
  { signed = true }: { signed?: boolean } = {},
): Promise<Buffer> {
  return print([
    {
      issuer: "SPECIMEN SURGERY, 1 EXAMPLE STREET",
      title: "To whom it may concern",
      blocks: [
        { text: date, font: "sans", size: 10, faint: true },
        { text: `About ${latin}`, font: "bold", size: 13, gap: 22 },
        {
          text: "I have seen the person named above today. In my opinion there is no medical reason against work as a volunteer, with children or with adults.",
          font: "serif",
          size: 12,
          gap: 14,
        },
        { text: "No further examination is needed.", font: "serif", size: 12, gap: 12 },
        { text: NOTHING, font: "serif", size: 10, gap: 30, faint: true },
        {
          text: signed ? "Dr Specimen" : "(not signed)",
          font: signed ? "bold" : "sans",
          size: 15,
          gap: 48,
          faint: !signed,
        },
      ],
    },
  ]);
}

export function agreement({ latin }: Named, date: string): Promise<Buffer> {
  const clause = (number: number, text: string): Block => ({
    text: `${number}.  ${text}`,
    font: "serif",
    size: 12,
    gap: 14,
  });
  return print([
    {
      issuer: "SPECIMEN CHARITY",
      title: "Volunteer agreement",
      blocks: [
        { text: `Between Specimen Charity and ${latin}, ${date}`, font: "sans", size: 10, faint: true },
        clause(1, "The volunteer gives some hours a week, as both agree."),
        clause(2, "The charity shows the volunteer how the work is done, and is there when help is needed."),
        clause(3, "Both may end this at any time, with a word to the other."),
        clause(4, NOTHING),
        { text: `${latin}          For the charity: A. Specimen`, font: "bold", size: 12, gap: 60 },
      ],
    },
  ]);
}

async function print(sheets: readonly Sheet[]): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const fonts: Fonts = {
    serif: await pdf.embedFont(StandardFonts.TimesRoman),
    bold: await pdf.embedFont(StandardFonts.TimesRomanBold),
    sans: await pdf.embedFont(StandardFonts.Helvetica),
  };
  for (const sheet of sheets) printSheet(pdf.addPage([A4.width, A4.height]), fonts, sheet);
  pdf.setTitle("Specimen");
  return Buffer.from(await pdf.save());
}

function printSheet(page: PDFPage, fonts: Fonts, { issuer, title, blocks }: Sheet): void {
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
    for (const words of wrapped(text, fonts[font], size)) {
      y -= size * 1.4;
      page.drawText(words, { x: MARGIN, y, size, font: fonts[font], color: faint ? FAINT : INK });
    }
  }
}

function wrapped(text: string, font: PDFFont, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && font.widthOfTextAtSize(longer, size) <= A4.width - 2 * MARGIN)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
