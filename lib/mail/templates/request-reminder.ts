import { z } from "zod";
import { hasOpenRequest } from "../../requests/open-in-sql";
import { formatDay } from "../days";
import { defineTemplate } from "../template";

const detailSchema = z.object({ dueAt: z.iso.datetime(), dueOn: z.iso.date() });

/** `detail` is `{ dueAt, dueOn }`: the due date, and its day in the organisation's time zone. */
export const requestReminder = defineTemplate({
  name: "request-reminder",
  label: "We still need a document",
  concernsSecurity: false,
  load: async ({ db, clock }, { recipientId, detail }) => {
    const { dueAt, dueOn } = detailSchema.parse(detail);
    const date = new Date(dueAt);
    if (recipientId === null || !(await hasOpenRequest(db, recipientId, { dueAt: date }))) return null;
    return { dueOn, isOver: date <= clock.now() };
  },
  example: { dueOn: "2030-03-03", isOver: false },
  write: ({ dueOn, isOver }) => ({
    subject: "We still need a document from you",
    paragraphs: [
      isOver
        ? `We asked you for a document by ${formatDay(dueOn)}. It is not here yet.`
        : `We need a document from you by ${formatDay(dueOn)}.`,
      "Sign in to see which one. You can upload it there.",
    ],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
