import { z } from "zod";
import { daysText, daysUntil } from "../days";
import { defineTemplate } from "../template";

const detailSchema = z.object({ erasedAt: z.iso.datetime() });

/** `detail` is `{ erasedAt }`: when the account is going to be erased. */
export const erasureAsked = defineTemplate({
  name: "erasure-asked",
  label: "An account is going to be erased",
  concernsSecurity: true,
  load: async ({ clock }, { detail }) => {
    const days = daysUntil(new Date(detailSchema.parse(detail).erasedAt), clock);
    return days > 0 ? { days } : null;
  },
  example: { days: 7 },
  write: ({ days }) => ({
    subject: "Your account is going to be erased",
    paragraphs: [
      `You asked us to erase your account. We erase it, with your documents, in ${daysText(days)}. What the law or a hold makes us keep stays until its last day.`,
      "If you did not ask for this, or if you want to keep your account, sign in and cancel it before that day.",
    ],
    action: { label: "Sign in", path: "/sign-in" },
  }),
});
