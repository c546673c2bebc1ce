"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { Notice } from "@/app/_ui/notice";
import { useToday } from "@/app/_ui/time";
import type { Day } from "@/lib/fields/calendar";
import { DECISIONS } from "@/lib/review/decisions";
import { OUTCOMES, type Outcome } from "@/lib/review/outcomes";
import { ClaimNextButton } from "../claim-next-button";
import { KeyHint } from "../key-hint";
import { useReviewWorkspace } from "../review-workspace";
import type { ClaimStatus } from "./claim-status";
import { DecisionForm } from "./decision-form";
import { controlId, describeMissingFacts, type ReviewField } from "./decision-request";
import { CLAIM_BUTTON_ID } from "./document-header";
import { withOutcome } from "./draft";
import { FactsForm } from "./facts-form";
import { ReviewErrorNotice } from "./review-error-notice";
import type { DocumentReviewState } from "./use-document-review";

/** The facts of the document and the decision, or why the viewer cannot decide. */
export function DecisionPanel({
  document,
  field,
  now,
  organisationDay,
  headingRef,
  onDecided,
}: {
  document: DocumentReviewState;
  field: ReviewField;
  now: string;
  organisationDay: Day;
  headingRef: RefObject<HTMLHeadingElement | null>;
  onDecided: () => void;
}) {
  const { claimStatus, draft, setDraft, errors, pending } = document;
  const isDecidable = canDecide(claimStatus);
  const today = useToday(now);
  const [openedOutcome, setOpenedOutcome] = useState<Outcome | null>(null);
  const open = (outcome: Outcome | null) => {
    setOpenedOutcome(outcome);
    setDraft(withOutcome(draft, outcome));
  };
  useDecisionShortcuts(claimStatus, open);

  /** Said before the button is pressed. After a try, the list of errors says it instead. */
  const missingFactsOf = (outcome: Outcome) =>
    errors.length > 0 ? null : describeMissingFacts(field, draft, outcome);
  const send = async (outcome: Outcome) => {
    if (await document.decide(outcome)) onDecided();
  };
  return (
    <section aria-labelledby="decision-title" className="grid gap-5">
      <h2 id="decision-title" ref={headingRef} tabIndex={-1} className="font-serif text-lg">
        {claimStatus === "decided" ? "Decided" : "Your decision"}
      </h2>
      {isDecidable ? null : <DecisionUnavailable document={document} />}
      {claimStatus === "expired" ? <ClaimExpiredNotice document={document} /> : null}
      {isDecidable ? (
        <>
          {document.isDraftRestored ? (
            <Notice title="Your earlier text is restored">
              <p>It was saved only in this tab.</p>
            </Notice>
          ) : null}
          <ErrorSummary errors={errors.map(({ path, message }) => ({ path: controlId(path), message }))} />
          <FactsForm field={field} draft={draft} onDraftChange={setDraft} errors={errors} today={today} />
          <fieldset className="grid gap-3">
            <legend className="sr-only">Decision</legend>
            {OUTCOMES.map((outcome) => {
              const missing = missingFactsOf(outcome);
              return missing ? (
                <p key={outcome} id={missingId(outcome)} className="max-w-prose text-sm text-muted">
                  “{DECISIONS[outcome].label}” still needs: {missing}.
                </p>
              ) : null;
            })}
            <div className="flex flex-wrap gap-2">
              {OUTCOMES.map((outcome) => (
                <Button
                  key={outcome}
                  variant={DECISIONS[outcome].tone}
                  aria-expanded={draft.outcome === outcome}
                  aria-controls="decision-form"
                  aria-describedby={missingFactsOf(outcome) ? missingId(outcome) : undefined}
                  aria-keyshortcuts={DECISIONS[outcome].key}
                  onClick={() => open(draft.outcome === outcome ? null : outcome)}
                  className="aria-expanded:outline-2 aria-expanded:outline-offset-2 aria-expanded:outline-accent"
                >
                  {DECISIONS[outcome].label}
                  <KeyHint action={outcome} />
                </Button>
              ))}
            </div>
          </fieldset>
          <div id="decision-form">
            {draft.outcome ? (
              <DecisionForm
                key={draft.outcome}
                outcome={draft.outcome}
                field={field}
                draft={draft}
                onDraftChange={setDraft}
                errors={errors}
                now={now}
                organisationDay={organisationDay}
                pending={pending === "decide"}
                shouldFocus={openedOutcome === draft.outcome}
                onSend={send}
                onClose={() => open(null)}
              />
            ) : null}
          </div>
        </>
      ) : null}
      <ReviewErrorNotice document={document} actions={["decide"]} onClaim={() => document.claim("claim")} />
    </section>
  );
}

function DecisionUnavailable({ document: { claimStatus, review } }: { document: DocumentReviewState }) {
  if (claimStatus === "decided") return <ClaimNextButton />;
  const claimant = review.claim?.by.name ?? "Another reviewer";
  return (
    <p className="max-w-prose text-muted">
      {claimStatus === "claimed-by-other" ? (
        <>
          <bdi>{claimant}</bdi> has claimed this document. You can open it, but you cannot decide.
        </>
      ) : (
        "Claim the document to decide on it. Then no other reviewer can decide on it."
      )}
    </p>
  );
}

function ClaimExpiredNotice({ document: { review, secondsLeft } }: { document: DocumentReviewState }) {
  const claimant = review.claim && secondsLeft !== 0 ? review.claim.by.name : null;
  return (
    <Notice tone="warning" title="Your claim has expired" live>
      <p>
        {claimant ? (
          <>
            <bdi>{claimant}</bdi> has claimed the document. Your text stays saved in this tab.
          </>
        ) : (
          "Your text is saved. Claim the document again to continue. Until then, another reviewer can claim it."
        )}
      </p>
    </Notice>
  );
}

function missingId(outcome: Outcome): string {
  return `missing-for-${outcome}`;
}

type DecidableStatus = "mine" | "expired";

/** True also after the claim has expired: the form stays, and the server explains the error. */
function canDecide(claimStatus: ClaimStatus): claimStatus is DecidableStatus {
  return claimStatus === "mine" || claimStatus === "expired";
}

const DECISION_BLOCKED_TEXTS: Record<Exclude<ClaimStatus, DecidableStatus>, string> = {
  unclaimed: "Claim the document before you decide.",
  "claimed-by-other": "Another reviewer has claimed this document.",
  decided: "This document is already decided.",
  own: "You cannot decide on your own document.",
};

/**
 * Opens a decision with its shortcut. Without a claim, announces what the reviewer has to do
 * first.
 */
function useDecisionShortcuts(claimStatus: ClaimStatus, open: (outcome: Outcome) => void): void {
  const { addShortcutHandlers } = useReviewWorkspace();
  const latest = useRef({ claimStatus, open });
  useEffect(() => {
    latest.current = { claimStatus, open };
  });
  useEffect(() => {
    const handler = (outcome: Outcome) => () => {
      const { claimStatus, open } = latest.current;
      if (canDecide(claimStatus)) return open(outcome);
      announce(DECISION_BLOCKED_TEXTS[claimStatus]);
      document.getElementById(CLAIM_BUTTON_ID)?.focus();
    };
    return addShortcutHandlers(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, handler(outcome)])));
  }, [addShortcutHandlers]);
}
