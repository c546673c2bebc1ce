import { loadLink } from "../load-link";
import { defineTemplate } from "../template";

/** To the new address. It may belong to a stranger, so it says nothing about the account. */
export const addressChange = defineTemplate({
  name: "address-change",
  label: "Confirm a new e-mail address",
  concernsSecurity: true,
  load: loadLink,
  example: { path: "/address/a.b" as const },
  write: ({ path }) => ({
    subject: "Confirm your new address",
    paragraphs: [
      "A person wants to use this e-mail address for an account. If it was you, open the link and confirm it. The link works once, for a day.",
      "If it was not you, do nothing. Without the link nothing changes.",
    ],
    action: { label: "Confirm the new address", path },
  }),
});
