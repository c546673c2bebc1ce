import { defineTemplate, NO_FACTS } from "../template";

export const accountExists = defineTemplate({
  name: "account-exists",
  label: "You have an account already",
  concernsSecurity: true,
  ...NO_FACTS,
  write: () => ({
    subject: "You have an account already",
    paragraphs: [
      "A person tried to create an account with this e-mail address, which has one already. Nothing was changed.",
      "If it was you, sign in with your password. If you do not know it any more, set a new one on the sign-in page.",
      "If it was not you, do nothing.",
    ],
    action: { label: "Sign in", path: "/sign-in" },
  }),
});
