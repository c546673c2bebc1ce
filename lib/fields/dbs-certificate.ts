import { type Field, IMAGES_AND_PDF, MiB } from "./field";

export const dbsCertificate: Field = {
  name: "dbsCertificate",
  label: "DBS certificate",
  help: "Your criminal-record certificate with all its pages. The certificate number and the date of issue must be readable.",
  purpose: "To find out whether a criminal record rules a person out for the role.",
  asked: "everyone",
  storage: "private",
  visibility: "fixed",
  many: false,
  accept: IMAGES_AND_PDF,
  maxSize: 25 * MiB,
  partSize: 32 * MiB,
  reviewed: true,
  reasons: [
    { code: "unreadable", label: "It cannot be read", outcome: "request_changes" },
    { code: "incomplete", label: "A page or part is missing", outcome: "request_changes" },
    { code: "wrong_document", label: "This is a different document", outcome: "request_changes" },
    { code: "name_differs", label: "The name differs from the profile", outcome: "request_changes" },
    { code: "too_old", label: "It was issued too long ago", outcome: "request_changes" },
    { code: "not_genuine", label: "It does not seem genuine", outcome: "reject" },
    { code: "not_eligible", label: "Its content rules out this role", outcome: "reject" },
  ],
  badge: "DBS certificate checked",
  facts: [
    { name: "certificateNumber", label: "Certificate number", kind: "text", required: true },
    { name: "issuedOn", label: "Date of issue", kind: "date", issueDate: true, required: true },
  ],
  validFor: "P3Y",
  // The DBS code of practice allows six months after the decision.
  retention: { from: "decision", for: "P6M" },
  download: false,
  watermark: true,
  reviewers: 1,
};
