import type { Review } from "@/lib/review/review";
import { EMPTY_DRAFT } from "../[fileId]/draft";
import type { DocumentReviewState } from "../[fileId]/use-document-review";

/** An approval that is valid until the first of March 2026. */
export const approval: Review = {
  file: {
    id: "1",
    field: "dbsCertificate",
    name: "certificate.pdf",
    type: "application/pdf",
    size: 1,
    sha256: "",
    visibility: "private",
    status: "approved",
    createdAt: "2026-01-01T00:00:00Z",
    validUntil: "2026-03-01T00:00:00Z",
  },
  member: { id: "2", name: "Ada", handle: "ada" },
  version: 1,
  previous: null,
  claim: null,
  submittedAt: "2026-01-01T00:00:00Z",
  decisions: [],
};

/** Returns the state of the review page of `approval`, without the effects of its functions. */
export function createDocumentReviewState(overrides: Partial<DocumentReviewState>): DocumentReviewState {
  return {
    review: approval,
    claimStatus: "decided",
    secondsLeft: 0,
    draft: EMPTY_DRAFT,
    setDraft: () => undefined,
    isDraftRestored: false,
    pending: null,
    error: null,
    errors: [],
    claim: async () => false,
    release: async () => false,
    decide: async () => false,
    ...overrides,
  };
}
