import { createElement, createRef, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { StatusBadge } from "@/app/_ui/status-badge";
import { fields } from "@/lib/fields/fields";
import { OUTCOMES, type Outcome, QUEUE_STATUSES, type QueueStatus } from "@/lib/review/outcomes";
import { DecisionHistory } from "./[fileId]/decision-history";
import { DecisionPanel } from "./[fileId]/decision-panel";
import { buildDecisionRequest, findMissingEntries } from "./[fileId]/decision-request";
import { EMPTY_DRAFT, parseDraft } from "./[fileId]/draft";
import { QueueFilters } from "./queue-filters";
import { findAction } from "./shortcuts";
import { createDocumentReviewState } from "./testing/document-review-state";

// One more row in the table, and nothing else.
vi.mock("@/lib/review/decisions", async (original) => {
  const { DECISIONS } = await original<typeof import("@/lib/review/decisions")>();
  const escalate = {
    label: "Escalate",
    confirm: "Escalate this document",
    done: "Escalated",
    key: "s",
    tone: "danger",
    needsReason: false,
    needsFacts: true,
    status: "escalated",
    staysUndecided: true,
    mail: "news",
    stamp: { label: "With a second reviewer", reviewerLabel: "Escalated", color: "changes", icon: "swap" },
  };
  return { DECISIONS: { ...DECISIONS, escalate } };
});
vi.mock("./review-workspace", () => ({ useReviewWorkspace: () => ({}) }));
vi.mock("next/navigation", () => ({ useRouter: () => ({}) }));

const escalate = OUTCOMES.find((outcome) => `${outcome}` === "escalate") as Outcome;
const escalated = QUEUE_STATUSES.find((status) => `${status}` === "escalated") as QueueStatus;

const textOf = (element: ReactElement) => renderToStaticMarkup(element).replace(/<[^>]*>/g, "");

function certificate() {
  const field = fields.get("dbsCertificate");
  if (!field) throw new Error("No field dbsCertificate is declared");
  return field;
}

test("a planted outcome has a button with its shortcut, and a form", () => {
  const document = createDocumentReviewState({
    claimStatus: "mine",
    draft: { ...EMPTY_DRAFT, outcome: escalate },
  });
  const panel = createElement(DecisionPanel, {
    document,
    field: certificate(),
    now: "2026-03-01T10:00:00Z",
    organisationDay: "2026-03-01",
    headingRef: createRef<HTMLHeadingElement>(),
    onDecided: () => undefined,
  });
  const html = renderToStaticMarkup(panel);
  expect(html).toMatch(/aria-keyshortcuts="s"[^>]*>Escalate/);
  expect(textOf(panel)).toContain("Escalate this document");
});

test("the shortcut of a planted outcome opens it", () => {
  const press = { key: "s", ctrlKey: false, altKey: false, metaKey: false, repeat: false, isTyping: false };
  expect(findAction(press, { characterKeys: true })).toBe("escalate");
});

test("a planted outcome validates by its row", () => {
  const missing = findMissingEntries(certificate(), EMPTY_DRAFT, escalate).map(({ path }) => path);
  expect(missing).toEqual(["facts.certificateNumber", "facts.issuedOn"]);
  const draft = { ...EMPTY_DRAFT, reason: "unreadable", validUntil: "2027-01-01" };
  const request = buildDecisionRequest(certificate(), draft, escalate, "hash");
  expect(request).not.toHaveProperty("reason");
  expect(request).not.toHaveProperty("validUntil");
});

test("a draft of a planted outcome is restored", () => {
  const draft = { ...EMPTY_DRAFT, outcome: escalate, message: "Please look." };
  expect(parseDraft(JSON.stringify(draft))).toEqual(draft);
});

test("a planted status has stamps for owner and reviewers", () => {
  const badge = (audience: "owner" | "reviewer") =>
    textOf(createElement(StatusBadge, { status: escalated, audience }));
  expect(badge("owner")).toBe("With a second reviewer");
  expect(badge("reviewer")).toBe("Escalated");
});

test("a planted status has a filter, a count and the claim filter", () => {
  const counts = Object.fromEntries(QUEUE_STATUSES.map((status) => [status, { count: 7, capped: false }]));
  const filters = createElement(QueueFilters, {
    filter: { status: escalated },
    counts: counts as Parameters<typeof QueueFilters>[0]["counts"],
    fieldChoices: [],
  });
  expect(textOf(filters)).toContain("Escalated7");
  expect(textOf(filters)).toContain("Claimed by");
});

test("the history shows a planted outcome", () => {
  const decisions = [{ outcome: "escalate", by: { id: "bob", name: "Grace" }, at: "2026-03-01T10:00:00Z" }];
  expect(textOf(createElement(DecisionHistory, { decisions, field: certificate() }))).toContain(
    "Escalated by Grace",
  );
});
