import { CONTROLLER_TERMS, type Paper, type PaperInput, type PaperPart, recordsPart } from "./paper";
import type { PaperField } from "./paper-fields";
import { listRecipients } from "./paper-recipients";

/** Writes the record of processing activities: what Article 30(1) of the GDPR asks for. */
export function writeProcessingRecord(input: PaperInput, described: readonly PaperField[]): Paper {
  return {
    id: "processing",
    title: "Record of processing",
    lead: "The activities that Article 30 of the GDPR asks for, one for each document type.",
    parts: [
      {
        title: "Who is responsible",
        terms: [...CONTROLLER_TERMS, ["Representative or joint controller", "[Name and contact, or “none”]"]],
      },
      ...described.map(toActivity),
      ...recordsPart("Accounts and other records", input.records),
      { title: "Recipients", list: listRecipients(input) },
      {
        title: "Transfers to other countries",
        text: ["[Countries outside the European Economic Area and the safeguards, or “none”.]"],
      },
      { title: "Security measures", list: listMeasures(input) },
    ],
  };
}

function toActivity({ label, purpose, readers, review, validity, kept, facts }: PaperField): PaperPart {
  return {
    title: label,
    terms: [
      ["Purpose", purpose],
      ["Legal basis", "[Legal basis, and the condition of Article 9 or 10 if one applies]"],
      ["People concerned", "Members who upload this document"],
      [
        "Kinds of data",
        ["The file, its name, size and dates", ...facts.map((fact) => fact.toLowerCase())].join("; "),
      ],
      ["Who can open it", readers],
      ["Review", review],
      ["An approval is valid", validity],
      ["Time limit", kept],
    ],
  };
}

function listMeasures({ fields, limits }: PaperInput): string[] {
  const marked = [...fields.values()].filter(({ watermark }) => watermark).map(({ label }) => label);
  return [
    "Private documents and public pictures are stored apart. A private document has no public address.",
    "An admin gives access for each document type. The role of an admin opens no document.",
    "The access log has an entry for each opening, written before the document is shown.",
    `An address that opens a document works for at most ${limits.readUrlTtl} seconds.`,
    ...(marked.length > 0
      ? [`Reviewers see images of pages with their own name on them: ${marked.join(", ")}.`]
      : []),
    "The database has a hash of each password, from which the password cannot be read.",
    "The audit trail shows if an entry was changed or removed.",
    "[Encryption of disks and backups, who can reach the server, and how staff are trained.]",
  ];
}
