import { daysText, daysUntil } from "../days";
import { APPROVED, dateOf, hasFileAtDate } from "../files-at-date";
import { defineTemplate } from "../template";

export const runsOut = defineTemplate({
  name: "runs-out",
  label: "An approval runs out",
  concernsSecurity: false,
  load: async (context, event) => {
    const days = daysUntil(dateOf(event), context.clock);
    if (days <= 0 || !(await hasFileAtDate(context, event, APPROVED))) return null;
    return { days };
  },
  example: { days: 30 },
  write: ({ days }) => ({
    subject: "One of your documents runs out soon",
    paragraphs: [
      `The approval of one of your documents runs out in ${daysText(days)}.`,
      "Sign in to see which one. If you upload a new copy before that day, there is no gap.",
    ],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
