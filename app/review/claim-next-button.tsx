"use client";

import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Notice } from "@/app/_ui/notice";
import { useReviewWorkspace } from "./review-workspace";
import { KeyHint } from "./key-hint";

/** The oldest document that waits for nobody, now mine. What comes of it stands in a `ClaimNextOutcome`. */
export function ClaimNextButton({ variant = "primary" }: { variant?: "primary" | "quiet" }) {
  const { claimNext, isClaiming: claiming } = useReviewWorkspace();
  return (
    <Button
      variant={variant}
      onClick={claimNext}
      pending={claiming}
      pendingLabel="Claiming"
      aria-keyshortcuts="n"
    >
      Claim next
      <KeyHint action="claimNext" />
    </Button>
  );
}

/** Why there is no next one. Said aloud by the desk already. */
export function ClaimNextResult() {
  const { claimError: claimTrouble } = useReviewWorkspace();
  if (claimTrouble === null) return null;
  if (claimTrouble === "nothing") {
    return (
      <Notice tone="success" title="Nothing is waiting for you at the moment">
        <p>Every document that you may decide on is decided, or another reviewer has it. Well done.</p>
      </Notice>
    );
  }
  return (
    <Notice tone="warning" title={claimTrouble.title}>
      <p>{claimTrouble.text}</p>
      {claimTrouble.nextStep === "sign-in" ? (
        <ButtonLink href="/sign-in?next=/review" className="mt-3">
          Sign in
        </ButtonLink>
      ) : null}
    </Notice>
  );
}
