import { z } from "zod";
import { isDecisionInForce } from "../decision-in-force";
import { hasFileAtDate, LAPSED } from "../files-at-date";
import { defineTemplate } from "../template";

const decisionSchema = z.object({ decisionId: z.uuid() });

/** After a decision that asks for a new copy, and after the end of an approval. */
export const sendAgain = defineTemplate({
  name: "send-again",
  label: "Please send again",
  concernsSecurity: false,
  group: "documents",
  load: async (context, event) => {
    const isTrue = decisionSchema.safeParse(event.detail).success
      ? await isDecisionInForce(context, event)
      : await hasFileAtDate(context, event, LAPSED);
    return isTrue ? {} : null;
  },
  example: {},
  write: () => ({
    subject: "Please send a document again",
    paragraphs: [
      "We need a new copy of one of your documents.",
      "Sign in to see which one and why. You can upload the new copy there.",
    ],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
