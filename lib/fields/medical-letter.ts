import { type Field, IMAGES_AND_PDF, MiB } from "./field";

export const medicalLetter: Field = {
  name: "medicalLetter",
  label: "Medical letter",
  help: "A letter from your doctor or clinic that says you are fit for the role. You can upload several pages or files.",
  purpose: "To find out whether a person is fit for the role.",
  asked: "on request",
  storage: "private",
  visibility: "fixed",
  many: true,
  accept: IMAGES_AND_PDF,
  maxSize: 25 * MiB,
  partSize: 32 * MiB,
  reviewed: true,
  reasons: [
    { code: "unreadable", label: "It cannot be read", outcome: "request_changes" },
    { code: "incomplete", label: "A page or part is missing", outcome: "request_changes" },
    { code: "wrong_document", label: "This is a different document", outcome: "request_changes" },
    { code: "unsigned", label: "It is not signed", outcome: "request_changes" },
    { code: "not_fit", label: "Its content rules out this role", outcome: "reject" },
  ],
  facts: [{ name: "signed", label: "Signed by a doctor", kind: "check", required: true }],
  retention: { from: "decision", for: "P30D" },
  download: false,
  watermark: true,
  reviewers: 1,
};
