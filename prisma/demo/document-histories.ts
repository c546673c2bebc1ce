import type { Facts } from "../../lib/files/file";
import type { DaysAgo, DocumentHistory } from "./document-history";
import { DEMO_PEOPLE, type PersonKey } from "./people";
import {
  type Certificate,
  renderAgreement,
  renderCertificate,
  renderLetter,
  renderPhotograph,
} from "./specimen-documents";

type Events = Omit<DocumentHistory, "field" | "name" | "type" | "render">;

/** Lists each person's documents, oldest first. Expiry and deletion follow from the fields. */
export function documentHistories(now: Date): Partial<Record<PersonKey, DocumentHistory[]>> {
  const dateOf = (ago: DaysAgo) => new Date(now.getTime() - ago * 86_400_000);
  const isoDate = (ago: DaysAgo) => dateOf(ago).toISOString().slice(0, 10);
  const longDate = (ago: DaysAgo) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(dateOf(ago));
  const type = "application/pdf" as const;

  const certificate = (who: PersonKey, number: number, issued: DaysAgo): Certificate => ({
    name: DEMO_PEOPLE[who].latin,
    number: specimenNumber(number),
    issuedOn: longDate(issued),
  });
  const dbs = (
    who: PersonKey,
    number: number,
    issued: DaysAgo,
    { pages, ...events }: Events & { pages?: number },
  ): DocumentHistory => {
    const render = () => renderCertificate(certificate(who, number, issued), pages);
    return { field: "dbsCertificate", name: "dbs-certificate.pdf", type, render, ...events };
  };
  const medical = (
    who: PersonKey,
    name: string,
    { signed = true, ...events }: Events & { signed?: boolean },
  ): DocumentHistory => {
    const render = () => renderLetter(DEMO_PEOPLE[who].latin, longDate(events.sent + 2), { signed });
    return { field: "medicalLetter", name, type, render, ...events };
  };
  const contract = (who: PersonKey, name: string, sent: DaysAgo): DocumentHistory => ({
    field: "contract",
    name,
    type,
    render: () => renderAgreement(DEMO_PEOPLE[who].latin, longDate(sent + 1)),
    sent,
    seen: [{ by: who, ago: sent - 0.1, intent: "download" }],
  });
  const facts = (number: number, issued: DaysAgo): Facts => ({
    certificateNumber: specimenNumber(number),
    issuedOn: isoDate(issued),
  });
  const fit: Facts = { signed: true };

  return {
    jonas: [dbs("jonas", 12, 20, { sent: 0.9 })],
    ada: [
      contract("ada", "volunteer-agreement.pdf", 400),
      dbs("ada", 1, 1130, {
        sent: 1120,
        decided: [{ by: "jonas", ago: 1118, outcome: "approve", facts: facts(1, 1130) }],
      }),
      dbs("ada", 2, 60, {
        sent: 44,
        seen: [{ by: "ada", ago: 43.9, intent: "download" }],
        decided: [
          {
            by: "mira",
            ago: 41,
            outcome: "approve",
            facts: facts(2, 60),
            note: "Renewal. I compared the number with the paper copy.",
          },
        ],
      }),
      medical("ada", "letter-from-the-surgery.pdf", {
        sent: 15,
        decided: [{ by: "mira", ago: 12, outcome: "approve", facts: fit }],
      }),
      contract("ada", "volunteer-agreement-2026.pdf", 30),
      medical("ada", "second-opinion.pdf", { sent: 0.3 }),
    ],
    soren: [
      dbs("soren", 3, 30, {
        pages: 1,
        sent: 6,
        seen: [{ by: "jonas", ago: 5.2 }],
        decided: [
          {
            by: "mira",
            ago: 5,
            outcome: "request_changes",
            reason: "incomplete",
            message:
              "The first page is fine, but the second is missing. Please upload both pages in one file.",
            note: "I also called the member.",
          },
        ],
      }),
      medical("soren", "lægeerklæring.pdf", { sent: 3.1, seen: [{ by: "mira", ago: 1.2 }] }),
    ],
    eirini: [
      dbs("eirini", 4, 1076, {
        sent: 1070,
        decided: [{ by: "jonas", ago: 1067, outcome: "approve", facts: facts(4, 1076) }],
      }),
      contract("eirini", "συμφωνία.pdf", 380),
      dbs("eirini", 5, 12, { sent: 2.4 }),
    ],
    olya: [
      dbs("olya", 6, 1104, {
        sent: 1100,
        decided: [{ by: "mira", ago: 1098, outcome: "approve", facts: facts(6, 1104) }],
      }),
      medical("olya", "справка.pdf", {
        sent: 9,
        signed: false,
        decided: [
          {
            by: "mira",
            ago: 8,
            outcome: "request_changes",
            reason: "unsigned",
            message: "The letter has no signature. Please ask the surgery for a signed copy.",
          },
        ],
      }),
      dbs("olya", 7, 8, { sent: 1.6 }),
    ],
    layla: [
      dbs("layla", 8, 90, {
        sent: 20,
        decided: [
          {
            by: "jonas",
            ago: 18,
            outcome: "reject",
            reason: "not_genuine",
            message:
              "The register has no certificate with this number. Please ask the issuer, and write to us.",
            note: "Two of us checked. The member may ask to see this note.",
          },
        ],
      }),
      medical("layla", "medical-letter.pdf", { sent: 4.2, seen: [{ by: "mira", ago: 3.9 }] }),
    ],
    nguyet: [
      dbs("nguyet", 9, 25, {
        sent: 11,
        decided: [
          {
            by: "jonas",
            ago: 10,
            outcome: "request_changes",
            reason: "unreadable",
            message: "The number is too blurred to read. Please take the picture again in daylight.",
          },
        ],
      }),
      dbs("nguyet", 9, 25, { sent: 4.8 }),
      medical("nguyet", "wrong-letter.pdf", { sent: 7, withdrawn: 6.9 }),
      medical("nguyet", "giấy-khám-sức-khỏe.pdf", { sent: 6.8 }),
    ],
    kofi: [
      medical("kofi", "letter-2025.pdf", {
        sent: 150,
        decided: [{ by: "mira", ago: 147, outcome: "approve", facts: fit }],
      }),
      {
        field: "dbsCertificate",
        name: "IMG_2041.jpg",
        type: "image/jpeg",
        render: () => renderPhotograph(certificate("kofi", 10, 40)),
        sent: 5.6,
        seen: [{ by: "jonas", ago: 2.2 }],
      },
      medical("kofi", "letter-page-1.pdf", { sent: 2.9 }),
      medical("kofi", "letter-page-2.pdf", { sent: 2.89 }),
      medical("kofi", "physiotherapy.pdf", {
        sent: 16,
        decided: [
          { by: "mira", ago: 14.001, outcome: "reject", reason: "not_fit", undone: true },
          {
            by: "mira",
            ago: 14,
            outcome: "approve",
            facts: fit,
            note: "I pressed the wrong key the first time and undid it at once.",
          },
        ],
      }),
      contract("kofi", "volunteer-agreement.pdf", 140),
    ],
    zoe: [dbs("zoe", 11, 5, { sent: 0.08 }), medical("zoe", "letter.pdf", { sent: 0.05 })],
  };
}

function specimenNumber(number: number): string {
  return `SPECIMEN-${String(number).padStart(6, "0")}`;
}
