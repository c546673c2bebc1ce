"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Notice } from "@/app/_ui/notice";
import { ClaimNextButton } from "../claim-next-button";
import type { ReviewAction } from "../user-error";
import type { DocumentReviewState } from "./use-document-review";

/** Why something was not done, beside where it was asked for, and the way on. Takes focus, so that it is seen and read at once. */
export function ReviewErrorNotice({
  document: { trouble, review, pending },
  actions: of,
  onClaim,
}: {
  document: DocumentReviewState;
  /** The deeds that are asked for at this place. */
  actions: readonly ReviewAction[];
  onClaim: () => void;
}) {
  const place = useRef<HTMLElement>(null);
  const shown = trouble && of.includes(trouble.deed) ? trouble : null;
  useEffect(() => {
    if (shown) place.current?.focus();
  }, [shown]);
  if (!shown) return null;
  return (
    <section ref={place} tabIndex={-1} aria-label={shown.title}>
      <Notice tone="warning" title={shown.title}>
        <p>{shown.text}</p>
        <div className="mt-3 flex flex-wrap gap-2">
          {shown.nextStep === "sign-in" ? (
            <ButtonLink href={`/sign-in?next=/review/${review.file.id}`}>Sign in again</ButtonLink>
          ) : null}
          {shown.nextStep === "next" ? <ClaimNextButton variant="quiet" /> : null}
          {shown.nextStep === "claim" ? (
            <Button onClick={onClaim} pending={pending === "claim"}>
              Claim it again
            </Button>
          ) : null}
        </div>
      </Notice>
    </section>
  );
}
