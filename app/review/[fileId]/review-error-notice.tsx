"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Notice } from "@/app/_ui/notice";
import { ClaimNextButton } from "../claim-next-button";
import type { ReviewAction } from "../user-error";
import type { DocumentReviewState } from "./use-document-review";

/** Shows why an action failed and the next step. It takes the focus, so screen readers read it. */
export function ReviewErrorNotice({
  document: { error, review, claimStatus, pending },
  actions,
  onClaim,
}: {
  document: DocumentReviewState;
  /** The actions whose errors appear here. */
  actions: readonly ReviewAction[];
  onClaim: () => void;
}) {
  const section = useRef<HTMLElement>(null);
  const shown = error && actions.includes(error.action) ? error : null;
  useEffect(() => {
    if (shown) section.current?.focus();
  }, [shown]);
  if (!shown) return null;
  return (
    <section ref={section} tabIndex={-1} aria-label={shown.title}>
      <Notice tone="warning" title={shown.title}>
        <p>{shown.text}</p>
        <div className="mt-3 flex flex-wrap gap-2">
          {shown.nextStep === "sign-in" ? (
            <ButtonLink href={`/sign-in?next=/review/${review.file.id}`}>Sign in again</ButtonLink>
          ) : null}
          {shown.nextStep === "next" ? <ClaimNextButton variant="quiet" /> : null}
          {shown.nextStep === "claim" && claimStatus !== "mine" ? (
            <Button onClick={onClaim} pending={pending === "claim"}>
              Claim again
            </Button>
          ) : null}
        </div>
      </Notice>
    </section>
  );
}
