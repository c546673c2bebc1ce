import type { MailTemplate } from "./template";
import { accountExists } from "./templates/account-exists";
import { destroyed } from "./templates/destroyed";
import { destructionSoon } from "./templates/destruction-soon";
import { erasureAsked } from "./templates/erasure-asked";
import { erasureDone } from "./templates/erasure-done";
import { invite } from "./templates/invite";
import { jobFailed } from "./templates/job-failed";
import { news } from "./templates/news";
import { passwordChanged } from "./templates/password-changed";
import { recover } from "./templates/recover";
import { reviewDigest } from "./templates/review-digest";
import { runsOut } from "./templates/runs-out";
import { sendAgain } from "./templates/send-again";
import { verify } from "./templates/verify";

/** All mails. A new mail is one file in `templates` and its line here. */
const list = [
  news,
  sendAgain,
  runsOut,
  destructionSoon,
  destroyed,
  erasureAsked,
  erasureDone,
  reviewDigest,
  jobFailed,
  invite,
  verify,
  accountExists,
  recover,
  passwordChanged,
] as const;

export type MailName = (typeof list)[number]["name"];

export const MAIL_TEMPLATES: ReadonlyMap<string, MailTemplate> = new Map(
  list.map((template) => [template.name, template]),
);
