import { CONTROLLER_TERMS, ORGANISATION, type Paper, type PaperInput, recordsPart } from "./paper";
import type { PaperField } from "./paper-fields";
import { listRecipients } from "./paper-recipients";

/** Writes the privacy notice for members: what Article 13 of the GDPR asks for. */
export function writeNotice(input: PaperInput, described: readonly PaperField[]): Paper {
  const reviewed = [...input.fields.values()].filter((field) => field.reviewed).map(({ label }) => label);
  return {
    id: "notice",
    title: "Privacy notice",
    lead: `What ${ORGANISATION} does with your data, and what you can ask for.`,
    parts: [
      { title: "Who is responsible", terms: CONTROLLER_TERMS },
      ...described.map(({ label, purpose, readers, kept, facts }) => ({
        title: label,
        terms: [
          ["Why", purpose],
          ["Legal basis", "[Legal basis. Data about health or crimes need another one.]"],
          ["Who can open it", readers],
          ["End", kept],
          ...(facts.length > 0 ? [["What stays in the record", facts.join(", ")] as const] : []),
        ] as const,
      })),
      ...recordsPart("Your account and other records", input.records),
      { title: "Who receives data", list: listRecipients(input) },
      {
        title: "Data outside the European Economic Area",
        text: ["[Countries that data are sent to, and what protects the data there; or “none”.]"],
      },
      {
        title: "Decisions",
        text: [
          ...(reviewed.length > 0
            ? [`A reviewer decides on each document of these types: ${reviewed.join(", ")}.`]
            : []),
          "No software decides alone about a person.",
        ],
      },
      {
        title: "Must you send a document?",
        text: ["[Whether a law or a contract requires it, and what happens if a member sends none.]"],
      },
      {
        title: "Your rights",
        text: ["Write to [e-mail address for questions about data] if you want one of these:"],
        list: [
          "a copy of your data, also in a form that another service can read;",
          "a correction of wrong data;",
          "the deletion of data, or a limit to their use;",
          "an objection to a use that needs no consent of yours;",
          "the end of a consent that you gave. It does not change what was done before.",
        ],
      },
      {
        title: "Complaints",
        text: ["You can complain to [name and address of the supervisory authority]."],
      },
    ],
  };
}
