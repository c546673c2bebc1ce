import { loadLink } from "../load-link";
import { defineTemplate } from "../template";

export const recover = defineTemplate({
  name: "recover",
  label: "Set a new password",
  concernsSecurity: true,
  load: loadLink,
  example: { path: "/recover/a.b" as const },
  write: ({ path }) => ({
    subject: "Set a new password",
    paragraphs: [
      "You asked for a new password for your account. Open the link to set it. The link works once, for 30 minutes.",
      "A new password signs you out everywhere. If you have a second factor, you still need it.",
      "If you did not ask for this, do nothing. Your password stays as it is.",
    ],
    action: { label: "Set a new password", path },
  }),
});
