import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { fields } from "@/lib/fields/fields";
import type { Review } from "@/lib/review/review";
import { DocumentHeader } from "./[fileId]/document-header";
import type { DocumentReviewState } from "./[fileId]/use-document-review";
import { QueueList } from "./queue-list";

// The components around the stamp need a router and the review workspace.
vi.mock("next/navigation", () => ({ useRouter: () => ({}) }));
vi.mock("./claim-next-button", () => ({ ClaimNextButton: () => null, ClaimNextResult: () => null }));
vi.mock("./shortcuts-button", () => ({ ShortcutsButton: () => null }));

const approval: Review = {
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

const textOf = (element: ReactElement) => renderToStaticMarkup(element).replace(/<[^>]*>/g, "");

const queueRow = (now: string) =>
  textOf(createElement(QueueList, { items: [approval], viewerId: "3", now: new Date(now) }));

function documentHeader(now: string): string {
  const field = fields.get("dbsCertificate");
  if (!field) throw new Error("No field dbsCertificate is declared");
  const document = {
    review: approval,
    claimStatus: "decided",
    error: null,
  } as unknown as DocumentReviewState;
  return textOf(createElement(DocumentHeader, { document, field, now, onClaimed: () => undefined }));
}

test.each([
  ["the queue", queueRow],
  ["the header of a document", documentHeader],
])("%s stamps a lapsed approval as expired", (_, stampAt) => {
  expect(stampAt("2026-02-28T23:59:59Z")).toContain("Approved");
  expect(stampAt("2026-03-01T00:00:00Z")).toContain("Expired");
  expect(stampAt("2026-03-01T00:00:00Z")).not.toContain("Approved");
});
