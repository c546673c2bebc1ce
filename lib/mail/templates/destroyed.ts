import { defineTemplate, NO_FACTS } from "../template";

export const destroyed = defineTemplate({
  name: "destroyed",
  label: "A document was deleted",
  concernsSecurity: false,
  ...NO_FACTS,
  write: () => ({
    subject: "One of your documents was deleted",
    paragraphs: [
      "We have permanently deleted one of your documents, because we may not keep it longer.",
      "You need to do nothing. Sign in to read the record of the deletion.",
    ],
    action: { label: "Open your documents", path: "/documents" },
  }),
});
