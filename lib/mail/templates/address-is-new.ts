import { defineTemplate, NO_FACTS } from "../template";

/** To the new address. */
export const addressIsNew = defineTemplate({
  name: "address-is-new",
  label: "The new e-mail address is in use",
  concernsSecurity: true,
  ...NO_FACTS,
  write: () => ({
    subject: "This is now your address",
    paragraphs: [
      "From now on we write to this address, and you sign in with it.",
      "We have told your earlier address. For seven days the change can be undone from there.",
    ],
    action: { label: "Open the page Security", path: "/security" },
  }),
});
