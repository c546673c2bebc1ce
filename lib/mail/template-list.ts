import type { MailTemplate } from "./template";
import { destroyed } from "./templates/destroyed";
import { destructionSoon } from "./templates/destruction-soon";
import { erasureAsked } from "./templates/erasure-asked";
import { erasureDone } from "./templates/erasure-done";
import { jobFailed } from "./templates/job-failed";
import { news } from "./templates/news";
import { request } from "./templates/request";
import { requestReminder } from "./templates/request-reminder";
import { reviewDigest } from "./templates/review-digest";
import { runsOut } from "./templates/runs-out";
import { sendAgain } from "./templates/send-again";

/** All mails. A new mail is one file in `templates` and its line here. */
const list = [
  news,
  sendAgain,
  request,
  requestReminder,
  runsOut,
  destructionSoon,
  destroyed,
  erasureAsked,
  erasureDone,
  reviewDigest,
  jobFailed,
] as const;

export type MailName = (typeof list)[number]["name"];

export const MAIL_TEMPLATES: ReadonlyMap<string, MailTemplate> = new Map(
  list.map((template) => [template.name, template]),
);
