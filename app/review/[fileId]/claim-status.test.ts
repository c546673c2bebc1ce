import { expect, test } from "vitest";
import type { Review } from "@/lib/review/review";
import { claimStatusOf } from "./claim-status";

type ReviewPart = Parameters<typeof claimStatusOf>[0];

function document(claimant: string | null, status: Review["file"]["status"] = "submitted"): ReviewPart {
  return {
    member: { id: "ada", name: "Ada", handle: "ada" },
    claim: claimant === null ? null : { by: { id: claimant, name: claimant }, until: "2026-03-01T10:00:00Z" },
    file: {
      id: "f",
      field: "dbsCertificate",
      name: "a.pdf",
      type: "application/pdf",
      size: 1,
      sha256: "",
      visibility: "private",
      status,
      createdAt: "2026-03-01T09:00:00Z",
    },
  };
}
const grace = { viewerId: "grace", isOver: false, hadClaim: false };

test.each([
  ["unclaimed", document(null), grace],
  ["claimed-by-other", document("bob"), grace],
  ["mine", document("grace"), grace],
  ["unclaimed", document("bob"), { ...grace, isOver: true }],
  ["expired", document("grace"), { ...grace, isOver: true, hadClaim: true }],
  ["expired", document(null), { ...grace, hadClaim: true }],
  ["expired", document("bob"), { ...grace, hadClaim: true }],
  ["decided", document(null, "approved"), { ...grace, hadClaim: true }],
  ["decided", document(null, "superseded"), grace],
] as const)("the claim status is %s", (status, review, viewer) => {
  expect(claimStatusOf(review, viewer)).toBe(status);
});

test("the viewer's own document has no other claim status", () => {
  const viewer = { viewerId: "ada", isOver: false, hadClaim: true };
  for (const claimant of [null, "ada", "bob"]) expect(claimStatusOf(document(claimant), viewer)).toBe("own");
});
