import { type Field, MiB } from "./field";

export const contract: Field = {
  name: "contract",
  label: "Contracts",
  help: "Signed agreements between you and us. We keep them, and both sides can read them. They need no review.",
  purpose: "To have what the organisation and a person have agreed, in writing.",
  asked: "everyone",
  storage: "private",
  visibility: "fixed",
  many: true,
  accept: ["application/pdf"],
  maxSize: 100 * MiB,
  partSize: 32 * MiB,
  reviewed: false,
  reasons: [],
  facts: [],
  // An example, like the rule itself: tax law differs from country to country. Check both.
  retention: {
    from: "leaving",
    for: "P1Y",
    legalBasis: "Tax law requires us to keep agreements for some time after they end.",
  },
  download: true,
  watermark: false,
  reviewers: 1,
};
