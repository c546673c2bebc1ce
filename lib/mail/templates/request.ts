import { z } from "zod";
import { hasOpenRequest } from "../../requests/open-in-sql";
import { formatDay } from "../days";
import { defineTemplate } from "../template";

const detailSchema = z.object({ requestId: z.uuid(), dueOn: z.iso.date().optional() });

/** `detail` is `{ requestId, dueOn? }`: the due date as a day of the organisation's time zone. */
export const request = defineTemplate({
  name: "request",
  label: "We ask for a document",
  concernsSecurity: false,
  load: async ({ db }, { recipientId, detail }): Promise<{ dueOn?: string } | null> => {
    const { requestId, dueOn } = detailSchema.parse(detail);
    if (recipientId === null || !(await hasOpenRequest(db, recipientId, { id: requestId }))) return null;
    return dueOn === undefined ? {} : { dueOn };
  },
  example: { dueOn: "2030-03-03" },
  write: ({ dueOn }) => ({
    subject: "We ask you for a document",
    paragraphs: [
      dueOn ? `We need a document from you by ${formatDay(dueOn)}.` : "We need a document from you.",
      "Sign in to see which one. You can upload it there.",
    ],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
