import { countWaitingDocuments, MAX_WAITING_COUNT } from "../../review/waiting-documents";
import { isOlderThan } from "../days";
import { defineTemplate } from "../template";

export const reviewDigest = defineTemplate({
  name: "review-digest",
  label: "Documents wait for a reviewer",
  concernsSecurity: false,
  load: async (context, { recipientId, dueAt }) => {
    // The next one is there already.
    if (recipientId === null || isOlderThan(1, dueAt, context.clock)) return null;
    const waiting = await countWaitingDocuments(context, recipientId);
    return waiting > 0 ? { waiting } : null;
  },
  example: { waiting: 12 },
  write: ({ waiting }) => ({
    subject: "Documents wait for you",
    paragraphs: [
      waiting === 1
        ? "1 document waits for a decision that you can make."
        : `${waiting > MAX_WAITING_COUNT ? `More than ${MAX_WAITING_COUNT}` : waiting} documents wait for a decision that you can make.`,
      "The members see your decision at once.",
    ],
    action: { label: "Open the review queue", path: "/review" },
  }),
});
