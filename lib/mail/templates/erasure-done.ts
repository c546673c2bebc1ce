import { z } from "zod";
import { formatDay } from "../days";
import { defineTemplate } from "../template";

const factsSchema = z.object({
  /** Files that the erasure deleted. */
  deleted: z.number(),
  /** Files that stay for the law, and the last day of the last one. */
  dated: z.number(),
  lastDay: z.iso.date().optional(),
  /** Files that a hold keeps. */
  held: z.number(),
  backupsGoneOn: z.iso.date(),
});

/** The erasure sends it before it deletes the person: a row of the outbox ends with the person. */
export const erasureDone = defineTemplate({
  name: "erasure-done",
  label: "An account was erased",
  concernsSecurity: true,
  load: async (_context, { detail }) => factsSchema.parse(detail),
  example: { deleted: 12, dated: 2, lastDay: "2030-03-03", held: 1, backupsGoneOn: "2027-01-06" },
  write: ({ deleted, dated, lastDay, held, backupsGoneOn }) => ({
    subject: "Your account was erased",
    paragraphs: [
      deleted > 0
        ? `We have erased your account and permanently deleted ${filesText(deleted)}, as you asked. Until ${formatDay(backupsGoneOn)}, a copy can still be in a backup.`
        : "We have erased your account, as you asked.",
      ...(dated > 0 && lastDay
        ? [`The law requires us to keep ${filesText(dated)}, until ${formatDay(lastDay)} at the latest.`]
        : []),
      ...(held > 0 ? [`We keep ${filesText(held)} under a hold, until an admin releases the hold.`] : []),
      "This is the last mail from us. You need to do nothing.",
    ],
  }),
});

function filesText(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}
