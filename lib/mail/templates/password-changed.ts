import { defineTemplate, NO_FACTS } from "../template";

export const passwordChanged = defineTemplate({
  name: "password-changed",
  label: "Your password was changed",
  concernsSecurity: true,
  ...NO_FACTS,
  write: () => ({
    subject: "Your password was changed",
    paragraphs: [
      "The password of your account was changed, and other devices were signed out.",
      "If it was not you, set a new password at once, and tell the people who run the site below.",
    ],
    action: { label: "Set a new password", path: "/recover" },
  }),
});
