import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { fields } from "@/lib/fields/fields";
import { DocumentHeader } from "./[fileId]/document-header";
import { QueueList } from "./queue-list";
import { approval, createDocumentReviewState } from "./testing/document-review-state";

// The components around the stamp need a router and the review workspace.
vi.mock("next/navigation", () => ({ useRouter: () => ({}) }));
vi.mock("./claim-next-button", () => ({ ClaimNextButton: () => null, ClaimNextResult: () => null }));
vi.mock("./shortcuts-button", () => ({ ShortcutsButton: () => null }));

const textOf = (element: ReactElement) => renderToStaticMarkup(element).replace(/<[^>]*>/g, "");

const queueRow = (now: string) =>
  textOf(createElement(QueueList, { items: [approval], viewerId: "3", now: new Date(now) }));

function documentHeader(now: string): string {
  const field = fields.get("dbsCertificate");
  if (!field) throw new Error("No field dbsCertificate is declared");
  const document = createDocumentReviewState({ claimStatus: "decided" });
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
