import { loadLink } from "../load-link";
import { defineTemplate } from "../template";

/** To the earlier address. */
export const addressChanged = defineTemplate({
  name: "address-changed",
  label: "The e-mail address was changed, with a link to undo it",
  concernsSecurity: true,
  load: loadLink,
  example: { path: "/address/undo/a.b" as const },
  write: ({ path }) => ({
    subject: "Your address was changed",
    paragraphs: [
      "The e-mail address of your account was changed. From now on we write to the new address, and you sign in with it.",
      "If it was not you, open the link within seven days. It brings this address back and signs out all devices.",
    ],
    action: { label: "Bring this address back", path },
  }),
});
