import { loadLink } from "../load-link";
import { defineTemplate } from "../template";

export const verify = defineTemplate({
  name: "verify",
  label: "Confirm your e-mail address",
  concernsSecurity: true,
  load: loadLink,
  example: { path: "/verify/a.b" as const },
  write: ({ path }) => ({
    subject: "Confirm your address",
    paragraphs: [
      "A person created an account with this e-mail address. If it was you, open the link and enter your password. The link works once, for a day.",
      "If it was not you, do nothing. Without the link the account cannot be used.",
    ],
    action: { label: "Confirm the address", path },
  }),
});
