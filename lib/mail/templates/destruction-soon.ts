import { daysText, daysUntil } from "../days";
import { dateOf, hasFileAtDate, LAST_DAY } from "../files-at-date";
import { defineTemplate } from "../template";

export const destructionSoon = defineTemplate({
  name: "destruction-soon",
  label: "A document is going to be deleted",
  concernsSecurity: false,
  load: async (context, event) => {
    const days = daysUntil(dateOf(event), context.clock);
    return days > 0 && (await hasFileAtDate(context, event, LAST_DAY)) ? { days } : null;
  },
  example: { days: 7 },
  write: ({ days }) => ({
    subject: "One of your documents will be deleted soon",
    paragraphs: [
      `We will permanently delete one of your documents in ${daysText(days)}, because we may not keep it longer.`,
      "Sign in to see which one. If you want a copy for yourself, download it before that day.",
    ],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
