import { defineTemplate, NO_FACTS } from "../template";

export const passwordChanged = defineTemplate({
  name: "password-changed",
  label: "The password was changed",
  concernsSecurity: true,
  ...NO_FACTS,
  write: () => ({
    subject: "Your password was changed",
    paragraphs: [
      "The password of your account was changed, and all other devices were signed out.",
      "If this was not you, tell your organisation at once.",
    ],
    action: { label: "Open the page Security", path: "/security" },
  }),
});
