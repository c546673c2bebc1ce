import { describe, expect, it } from "vitest";
import type { Review } from "@/lib/review/review";
import { claimStatusOf } from "./claim-status";

type Part = Parameters<typeof claimStatusOf>[0];

function document(holder: string | null, status: Review["file"]["status"] = "submitted"): Part {
  return {
    member: { id: "ada", name: "Ada", handle: "ada" },
    claim: holder === null ? null : { by: { id: holder, name: holder }, until: "2026-03-01T10:00:00Z" },
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
const grace = { viewerId: "grace", expired: false, worked: false };

describe("how a reviewer stands to a document", () => {
  it.each([
    ["free", document(null), grace],
    ["taken", document("bob"), grace],
    ["mine", document("grace"), grace],
    ["free", document("bob"), { ...grace, expired: true }],
    ["lapsed", document("grace"), { ...grace, expired: true, worked: true }],
    ["lapsed", document(null), { ...grace, worked: true }],
    ["lapsed", document("bob"), { ...grace, worked: true }],
    ["closed", document(null, "approved"), { ...grace, worked: true }],
    ["closed", document(null, "superseded"), grace],
  ] as const)("is %s", (standing, part, by) => {
    expect(claimStatusOf(part, by)).toBe(standing);
  });

  it("is never anything but their own where it is their own", () => {
    for (const holder of [null, "ada", "bob"]) {
      expect(claimStatusOf(document(holder), { viewerId: "ada", expired: false, worked: true })).toBe("own");
    }
  });
});
