import { degrees, PDFDocument, rgb, StandardFonts } from "pdf-lib";
import { openPixels, toPixels } from "../../lib/inspect/decoder";
import { renderPdfPage } from "../../lib/inspect/pdf";

// Documents such as members upload. Each page shows the word SPECIMEN, and no issuer exists.

const A4 = { width: 595, height: 842 };
const MARGIN = 72;
const INK = rgb(0.1, 0.11, 0.14);
const MUTED = rgb(0.42, 0.44, 0.48);
const STAMP = { size: 92, color: rgb(0.75, 0.25, 0.2), opacity: 0.16, rotate: degrees(48) };
const DESK_COLOUR = "#6f6354";
const DISCLAIMER =
  "This page belongs to the demo of Dossier. A program wrote it. It certifies nothing, and no register has its number.";

/** Text in Latin letters: the standard fonts of PDF have no others. */
type Page = { issuer: string; title: string; text: string };

/** Renders a PDF with one A4 page for each entry. */
async function renderPdf(pages: readonly Page[]): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.setTitle("Specimen");
  const serif = await pdf.embedFont(StandardFonts.TimesRoman);
  const sans = await pdf.embedFont(StandardFonts.Helvetica);
  for (const { issuer, title, text } of pages) {
    const page = pdf.addPage([A4.width, A4.height]);
    const maxWidth = A4.width - 2 * MARGIN;
    page.drawText("SPECIMEN", { x: 92, y: 240, font: serif, ...STAMP });
    page.drawText(issuer, { x: MARGIN, y: 764, size: 9, font: sans, color: MUTED });
    page.drawText(title, { x: MARGIN, y: 726, size: 27, font: serif, color: INK });
    page.drawText(text, { x: MARGIN, y: 670, size: 13, lineHeight: 26, maxWidth, font: serif, color: INK });
  }
  return Buffer.from(await pdf.save());
}

export type Certificate = { name: string; number: string; issuedOn: string };

export function renderCertificate({ name, number, issuedOn }: Certificate, pages = 2): Promise<Buffer> {
  const issuer = "SPECIMEN DISCLOSURE OFFICE";
  const lines = [
    `Certificate number:  ${number}`,
    `Date of issue:  ${issuedOn}`,
    `Name of the applicant:  ${name}`,
    "Position applied for:  Volunteer",
    "Police records of convictions:  None recorded",
    DISCLAIMER,
  ];
  const back = ["How to use this certificate", DISCLAIMER, "Counter-signatory:  A. Specimen"];
  return renderPdf(
    [
      { issuer, title: "Enhanced certificate", text: lines.join("\n\n") },
      { issuer, title: `Certificate ${number}, page 2`, text: back.join("\n\n") },
    ].slice(0, pages),
  );
}

/** Renders a certificate as a phone takes it: on a desk, a little askew. JPEG. */
export async function renderPhotograph(certificate: Certificate): Promise<Buffer> {
  const page = openPixels(await renderPdfPage(await renderCertificate(certificate), 1, 900));
  const askew = await toPixels(
    page.flatten({ background: "#efe9dc" }).rotate(2.4, { background: DESK_COLOUR }),
  );
  return openPixels(askew)
    .extend({ top: 60, bottom: 80, left: 70, right: 90, background: DESK_COLOUR })
    .modulate({ brightness: 0.96 })
    .jpeg({ quality: 84 })
    .toBuffer();
}

export function renderLetter(name: string, date: string, { signed }: { signed: boolean }): Promise<Buffer> {
  const lines = [
    date,
    `About ${name}`,
    "I saw this person today. I know no medical reason against work as a volunteer, with children or with adults.",
    "No further examination is needed.",
    DISCLAIMER,
    signed ? "Dr Specimen" : "(not signed)",
  ];
  return renderPdf([
    {
      issuer: "SPECIMEN SURGERY, 1 EXAMPLE STREET",
      title: "To whom it may concern",
      text: lines.join("\n\n"),
    },
  ]);
}

export function renderAgreement(name: string, date: string): Promise<Buffer> {
  const lines = [
    `Between Specimen Charity and ${name}, ${date}`,
    "1.  The volunteer works some hours a week, as both agree.",
    "2.  The charity shows the volunteer how to do the work, and helps.",
    "3.  Both may end this at any time.",
    `4.  ${DISCLAIMER}`,
    `${name}          For the charity: A. Specimen`,
  ];
  return renderPdf([{ issuer: "SPECIMEN CHARITY", title: "Volunteer agreement", text: lines.join("\n\n") }]);
}
