"use client";

import { Button } from "@/app/_ui/button";
import { stampOf } from "@/app/_ui/file-status";
import { formatAge, formatDuration } from "@/app/_ui/format";
import { StatusBadge } from "@/app/_ui/status-badge";
import { Time } from "@/app/_ui/time";
import { formatSize } from "@/lib/fields/format-size";
import { ClaimNextButton, ClaimNextResult } from "../claim-next-button";
import { focusHeading } from "../focus-heading";
import { KeyHint } from "../key-hint";
import { ShortcutsButton } from "../shortcuts-button";
import type { ReviewField } from "./decision-request";
import { ReviewErrorNotice } from "./review-error-notice";
import type { DocumentReviewState } from "./use-document-review";

/** A decision shortcut focuses this button if the reviewer has no claim. */
export const CLAIM_BUTTON_ID = "claim-document";

/** Shows the member, the document, and who has claimed it. */
export function DocumentHeader({
  document,
  field,
  now,
  onClaimed,
}: {
  document: DocumentReviewState;
  field: ReviewField;
  now: string;
  onClaimed: () => void;
}) {
  const { review } = document;
  const { file, member, version } = review;
  const pages = file.pages ?? 1;
  const claim = async () => {
    if (await document.claim("claim")) onClaimed();
  };
  return (
    <header className="grid gap-4 border-b border-hairline pb-5">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
        <div className="grid min-w-0 gap-1.5">
          <h1 tabIndex={-1} className="font-serif text-title tracking-tight break-words">
            <bdi>{member.name}</bdi>
            <span className="sr-only">: {field.label}</span>
          </h1>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <b>{field.label}</b>
            <span>version {version}</span>
            <StatusBadge status={stampOf(file, new Date(now))} audience="reviewer" />
          </p>
          <p className="text-sm text-muted">
            <bdi className="break-all">{file.name}</bdi>, {pages} {pages === 1 ? "page" : "pages"},{" "}
            {formatSize(file.size)}, uploaded on <Time value={review.submittedAt} /> (
            {formatAge(review.submittedAt, new Date(now))})
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <ClaimControls document={document} onClaim={claim} />
          <ShortcutsButton />
        </div>
      </div>
      <ClaimNextResult />
      <ReviewErrorNotice document={document} actions={["claim", "extend", "release"]} onClaim={claim} />
    </header>
  );
}

function ClaimControls({ document, onClaim }: { document: DocumentReviewState; onClaim: () => void }) {
  const { review, claimStatus, secondsLeft, pending } = document;
  switch (claimStatus) {
    case "mine":
      return (
        <>
          <p className="tabular pr-2">Claimed by you for {formatTimeLeft(secondsLeft)}</p>
          <Button
            onClick={() => document.claim("extend")}
            pending={pending === "extend"}
            aria-keyshortcuts="e"
          >
            Extend claim
            <KeyHint action="extend" />
          </Button>
          <Button
            variant="plain"
            onClick={async () => {
              if (await document.release()) focusHeading();
            }}
            pending={pending === "release"}
          >
            Release
          </Button>
        </>
      );
    case "unclaimed":
      return (
        <Button
          id={CLAIM_BUTTON_ID}
          variant="primary"
          onClick={onClaim}
          pending={pending === "claim"}
          pendingLabel="Claiming"
        >
          Claim this document
        </Button>
      );
    case "expired":
      return (
        <Button variant="primary" onClick={onClaim} pending={pending === "claim"} pendingLabel="Claiming">
          Claim again
        </Button>
      );
    case "claimed-by-other":
      return (
        <>
          <p className="pr-2">
            Claimed by <bdi>{review.claim?.by.name}</bdi>
            {secondsLeft === null ? null : (
              <span className="tabular text-muted">, for {formatDuration(secondsLeft)} at most</span>
            )}
          </p>
          <ClaimNextButton variant="quiet" />
        </>
      );
    case "own":
      return <ClaimNextButton variant="quiet" />;
    case "decided":
      return null;
  }
}

function formatTimeLeft(seconds: number | null): string {
  if (seconds === null) return "a while";
  return seconds > 60 ? formatDuration(seconds) : `${seconds} s`;
}
