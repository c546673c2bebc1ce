import { isDecisionInForce } from "../decision-in-force";
import { defineTemplate } from "../template";

export const news = defineTemplate({
  name: "news",
  label: "News about documents",
  concernsSecurity: false,
  group: "documents",
  load: async (context, event) => ((await isDecisionInForce(context, event)) ? {} : null),
  example: {},
  write: () => ({
    subject: "News about your documents",
    paragraphs: ["There is news about your documents. Sign in to read it."],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
