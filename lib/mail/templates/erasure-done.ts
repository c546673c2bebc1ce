import { defineTemplate, NO_FACTS } from "../template";

/** The erasure sends it before it deletes the person: a row of the outbox ends with the person. */
export const erasureDone = defineTemplate({
  name: "erasure-done",
  label: "An account was erased",
  concernsSecurity: true,
  ...NO_FACTS,
  write: () => ({
    subject: "Your account was erased",
    paragraphs: [
      "We have erased your account and your documents, as you asked.",
      "This is the last mail from us. You need to do nothing.",
    ],
  }),
});
