import type { IconName } from "@/app/_ui/icons";
import type { MailState } from "@/lib/db/generated/enums";

/** How each state looks and reads. */
export const MAIL_STATES = {
  waiting: { label: "Waiting", icon: "clock", color: "text-submitted" },
  sent: { label: "Sent", icon: "check", color: "text-approved" },
  merged: { label: "Sent with another mail", icon: "check", color: "text-approved" },
  skipped: { label: "Not needed", icon: "minus", color: "text-muted" },
  failed: { label: "Failed", icon: "stop", color: "text-refused" },
} as const satisfies Record<MailState, { label: string; icon: IconName; color: string }>;

const SKIP_REASONS = new Map([
  ["outdated", "It was no longer true when it was due."],
  ["switched_off", "The person has switched mails off."],
  ["unverified", "The address of the person is not verified."],
  ["bad_address", "The address of the person cannot get mail."],
  ["demo", "The person belongs to the demo."],
  ["unknown_template", "This version of the application does not know this mail."],
]);

/** Says why a mail was not sent: a sentence for our own reasons, the code of the server else. */
export function reasonText(reason: string): string {
  return SKIP_REASONS.get(reason) ?? `The last attempt failed with ${reason}.`;
}
