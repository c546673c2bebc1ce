import type { MailTemplate } from "./template";
import { accountExists } from "./templates/account-exists";
import { addressChange } from "./templates/address-change";
import { addressChanged } from "./templates/address-changed";
import { addressIsNew } from "./templates/address-is-new";
import { destroyed } from "./templates/destroyed";
import { destructionSoon } from "./templates/destruction-soon";
import { erasureAsked } from "./templates/erasure-asked";
import { erasureDone } from "./templates/erasure-done";
import { invite } from "./templates/invite";
import { jobFailed } from "./templates/job-failed";
import { newDevice } from "./templates/new-device";
import { news } from "./templates/news";
import { passwordChanged } from "./templates/password-changed";
import { recover } from "./templates/recover";
import { request } from "./templates/request";
import { requestReminder } from "./templates/request-reminder";
import { reviewDigest } from "./templates/review-digest";
import { runsOut } from "./templates/runs-out";
import { secondFactor } from "./templates/second-factor";
import { sendAgain } from "./templates/send-again";
import { verify } from "./templates/verify";

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
  addressChange,
  addressChanged,
  addressIsNew,
  newDevice,
  secondFactor,
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
