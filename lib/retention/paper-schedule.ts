import { ORGANISATION, type Paper, type PaperInput, recordsPart } from "./paper";
import type { PaperField } from "./paper-fields";

/** Writes the retention schedule: what is kept for how long, and what stops a deletion. */
export function writeSchedule(
  { records, limits, timeZone }: PaperInput,
  described: readonly PaperField[],
): Paper {
  const unconfirmed = described.flatMap(({ label, unconfirmed }) =>
    unconfirmed ? [`${label}: ${unconfirmed}.`] : [],
  );
  return {
    id: "schedule",
    title: "Retention schedule",
    lead: `How long ${ORGANISATION} keeps each kind of record, and what happens after that.`,
    parts: [
      {
        title: "Documents",
        text: [
          "A job deletes each file after its last day.",
          `A day ends at midnight in the time zone ${timeZone}.`,
        ],
        table: {
          columns: ["Document type", "Why we need it", "End", "An approval is valid"],
          rows: described.map(({ label, purpose, kept, validity }) => [label, purpose, kept, validity]),
        },
      },
      ...(unconfirmed.length > 0
        ? [
            {
              title: "Changes that are not in force",
              text: ["The rules above are in force until an admin confirms these."],
              list: unconfirmed,
            },
          ]
        : []),
      ...recordsPart("Other records", records),
      {
        title: "After a deletion",
        text: [
          "The record of the document, the decisions and the access log stay. So does a receipt, which proves the deletion.",
          `Backups are kept for ${daysText(limits.backupDays)}. After that no backup has the file.`,
        ],
      },
      {
        title: "Exceptions",
        text: [
          "A hold keeps a file, or all files of a member, after the last day. An admin places and releases it, with a reason. The audit trail records both.",
        ],
      },
      {
        title: "Review of this schedule",
        text: [
          "[Name of the person] reviews this schedule every [number] months. [Date of the last review.]",
        ],
      },
    ],
  };
}

function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}
