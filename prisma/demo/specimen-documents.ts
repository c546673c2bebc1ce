import { type TextBlock, renderPdf, type Sheet } from "./pdf";

// Papers such as members hand in. Each says across its middle that it is a specimen, and is issued by nobody that exists.

/** What names a person in Latin letters, as papers do; the standard fonts of PDF have no others. */
export type NamedPerson = { latin: string };

export function renderCertificate(
  { latin }: NamedPerson,
  number: string,
  issuedOn: string,
  { whole = true }: { whole?: boolean } = {},
): Promise<Buffer> {
  const row = (label: string, value: string): TextBlock[] => [
    { text: label, font: "sans", size: 9, gap: 16, faint: true },
    { text: value, font: "bold", size: 15, gap: 3 },
  ];
  const sheets: Sheet[] = [
    {
      issuer: "SPECIMEN DISCLOSURE OFFICE",
      title: "Enhanced certificate",
      blocks: [
        ...row("Certificate number", number),
        ...row("Date of issue", issuedOn),
        ...row("Name of the applicant", latin),
        ...row("Position applied for", "Volunteer"),
        ...row("Police records of convictions", "None recorded"),
        { text: DISCLAIMER, font: "serif", size: 11, gap: 34 },
      ],
    },
    {
      issuer: "SPECIMEN DISCLOSURE OFFICE",
      title: `Certificate ${number}, page 2`,
      blocks: [
        { text: "How to use this certificate", font: "bold", size: 13 },
        { text: `${DISCLAIMER} `.repeat(3), font: "serif", size: 11, gap: 10 },
        { text: "Counter-signatory", font: "sans", size: 9, gap: 40, faint: true },
        { text: "A. Specimen", font: "serif", size: 15, gap: 4 },
      ],
    },
  ];
  return renderPdf(whole ? sheets : sheets.slice(0, 1));
}

const DISCLAIMER =
  "This sheet belongs to the demo of Dossier. It was drawn by a program, certifies nothing about anybody, and its number is in no register.";

export function renderLetter(
  { latin }: NamedPerson,
  date: string,
  { signed = true }: { signed?: boolean } = {},
): Promise<Buffer> {
  return renderPdf([
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
        { text: DISCLAIMER, font: "serif", size: 10, gap: 30, faint: true },
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

export function renderAgreement({ latin }: NamedPerson, date: string): Promise<Buffer> {
  const clause = (number: number, text: string): TextBlock => ({
    text: `${number}.  ${text}`,
    font: "serif",
    size: 12,
    gap: 14,
  });
  return renderPdf([
    {
      issuer: "SPECIMEN CHARITY",
      title: "Volunteer agreement",
      blocks: [
        { text: `Between Specimen Charity and ${latin}, ${date}`, font: "sans", size: 10, faint: true },
        clause(1, "The volunteer gives some hours a week, as both agree."),
        clause(2, "The charity shows the volunteer how the work is done, and is there when help is needed."),
        clause(3, "Both may end this at any time, with a word to the other."),
        clause(4, DISCLAIMER),
        { text: `${latin}          For the charity: A. Specimen`, font: "bold", size: 12, gap: 60 },
      ],
    },
  ]);
}
