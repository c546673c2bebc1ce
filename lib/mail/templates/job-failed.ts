import { z } from "zod";
import { isOlderThan } from "../days";
import { defineTemplate } from "../template";

const detailSchema = z.object({ job: z.string().regex(/^[a-z][a-z-]*$/) });

export const jobFailed = defineTemplate({
  name: "job-failed",
  label: "A job failed",
  concernsSecurity: false,
  load: async ({ clock }, { detail, dueAt }) =>
    isOlderThan(3, dueAt, clock) ? null : detailSchema.parse(detail),
  example: { job: "sweep" },
  write: ({ job }) => ({
    subject: "A background job failed",
    paragraphs: [
      `The job “${job}” has failed. The server tries it again on its schedule.`,
      "The log of the server has the reason. You get at most one mail a day about each job.",
    ],
    action: { label: "Open the admin pages", path: "/admin/mail" },
  }),
});
