"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { Notice } from "@/app/_ui/notice";
import { DECISIONS } from "@/lib/review/decisions";
import { OUTCOMES, type Outcome } from "@/lib/review/outcomes";
import { ClaimNextButton } from "../claim-next-button";
import { useReviewWorkspace } from "../review-workspace";
import { KeyHint } from "../key-hint";
import { DecisionForm } from "./decision-form";
import { controlId, type ReviewField } from "./decision-request";
import { CLAIM_BUTTON_ID } from "./document-header";
import { withOutcome } from "./draft";
import { FactsForm } from "./facts-form";
import type { ClaimStatus } from "./claim-status";
import { ReviewErrorNotice } from "./review-error-notice";
import type { DocumentReviewState } from "./use-document-review";

/** What is taken down, and the decision. */
export function DecisionPanel({
  document,
  field,
  now,
  headingRef: heading,
  onDecided,
}: {
  document: DocumentReviewState;
  field: ReviewField;
  now: string;
  headingRef: RefObject<HTMLHeadingElement | null>;
  onDecided: () => void;
}) {
  const { standing, draft, setDraft, errors, pending } = document;
  const works = canDecide(standing);
  const [pressed, setPressed] = useState<Outcome | null>(null);
  const open = (outcome: Outcome | null) => {
    setPressed(outcome);
    setDraft(withOutcome(draft, outcome));
  };
  useDecisionShortcuts(standing, open);

  const send = async (outcome: Outcome) => {
    if (await document.decide(outcome)) onDecided();
  };
  return (
    <section aria-labelledby="decision-title" className="grid gap-5">
      <h2 id="decision-title" ref={heading} tabIndex={-1} className="font-serif text-lg">
        {standing === "closed" ? "Decided" : "Your decision"}
      </h2>
      {works ? null : <DecisionUnavailable document={document} />}
      {standing === "lapsed" ? <ClaimExpiredNotice document={document} /> : null}
      {works ? (
        <>
          {document.restored ? (
            <Notice title="What you wrote before is back">
              <p>It was kept in this tab and nowhere else.</p>
            </Notice>
          ) : null}
          <ErrorSummary errors={errors.map(({ path, message }) => ({ path: controlId(path), message }))} />
          <FactsForm
            field={field}
            draft={draft}
            onDraftChange={setDraft}
            errors={errors}
            today={now.slice(0, 10)}
          />
          <fieldset className="grid gap-3">
            <legend className="sr-only">Decision</legend>
            <div className="flex flex-wrap gap-2">
              {OUTCOMES.map((outcome) => (
                <Button
                  key={outcome}
                  variant={DECISIONS[outcome].tone}
                  aria-expanded={draft.outcome === outcome}
                  aria-controls="decision-form"
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
                pending={pending === "decide"}
                shouldFocus={pressed === draft.outcome}
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

function DecisionUnavailable({ document: { standing, review } }: { document: DocumentReviewState }) {
  if (standing === "closed") {
    return <ClaimNextButton />;
  }
  return (
    <p className="max-w-prose text-muted">
      {standing === "taken"
        ? `${review.claim?.by.name ?? "Another reviewer"} is deciding on it. You can look, and not decide.`
        : "Claim the document to decide on it. While you hold it, nobody else can."}
    </p>
  );
}

function ClaimExpiredNotice({ document: { review, left } }: { document: DocumentReviewState }) {
  const holder = review.claim && left !== 0 ? review.claim.by.name : null;
  return (
    <Notice tone="warning" title="Your hold has ended" live>
      <p>
        {holder
          ? `${holder} has the document now. What you wrote is kept in this tab, in case it comes back to you.`
          : "What you wrote is kept. Claim the document again to go on; until then, another reviewer may take it."}
      </p>
    </Notice>
  );
}

type DecidableStatus = "mine" | "lapsed";

/** Also where the hold has ended: the form stays, and what is sent is told why it was not taken. */
function canDecide(standing: ClaimStatus): standing is DecidableStatus {
  return standing === "mine" || standing === "lapsed";
}

const DECISION_BLOCKED_TEXTS: Record<Exclude<ClaimStatus, DecidableStatus>, string> = {
  free: "Claim the document first, and then decide.",
  taken: "Another reviewer is deciding on this document.",
  closed: "This document is decided already.",
  own: "Nobody decides on their own document.",
};

/** A, C and R open a decision; without a claim they say what is needed first. */
function useDecisionShortcuts(standing: ClaimStatus, open: (outcome: Outcome) => void): void {
  const { addShortcutHandlers: addHandlers } = useReviewWorkspace();
  const press = useRef(open);
  const stands = useRef(standing);
  useEffect(() => {
    press.current = open;
    stands.current = standing;
  });
  useEffect(() => {
    const handler = (outcome: Outcome) => () => {
      const now = stands.current;
      if (canDecide(now)) return press.current(outcome);
      announce(DECISION_BLOCKED_TEXTS[now]);
      document.getElementById(CLAIM_BUTTON_ID)?.focus();
    };
    return addHandlers(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, handler(outcome)])));
  }, [addHandlers]);
}
