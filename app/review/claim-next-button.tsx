"use client";

import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Notice } from "@/app/_ui/notice";
import { KeyHint } from "./key-hint";
import { useReviewWorkspace } from "./review-workspace";

/** Claims the oldest unclaimed document. `ClaimNextResult` shows an error. */
export function ClaimNextButton({ variant = "primary" }: { variant?: "primary" | "quiet" }) {
  const { claimNext, isClaiming } = useReviewWorkspace();
  return (
    <Button
      variant={variant}
      onClick={claimNext}
      pending={isClaiming}
      pendingLabel="Claiming"
      aria-keyshortcuts="n"
    >
      Claim next
      <KeyHint action="claimNext" />
    </Button>
  );
}

/** Shows why no next document is claimed. The workspace has already announced it. */
export function ClaimNextResult() {
  const { claimError } = useReviewWorkspace();
  if (claimError === null) return null;
  if (claimError === "nothing") {
    return (
      <Notice tone="success" title="No document is waiting for you">
        <p>All documents that you can review are decided or claimed by other reviewers.</p>
      </Notice>
    );
  }
  return (
    <Notice tone="warning" title={claimError.title}>
      <p>{claimError.text}</p>
      {claimError.nextStep === "sign-in" ? (
        <ButtonLink href="/sign-in?next=/review" className="mt-3">
          Sign in
        </ButtonLink>
      ) : null}
    </Notice>
  );
}
