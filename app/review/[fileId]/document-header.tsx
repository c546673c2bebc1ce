"use client";

import { Button } from "@/app/_ui/button";
import { stampOf } from "@/app/_ui/file-status";
import { formatAge, formatDate, formatDuration, formatSize } from "@/app/_ui/format";
import { StatusBadge } from "@/app/_ui/status-badge";
import { ClaimNextButton, ClaimNextResult } from "../claim-next-button";
import { focusHeading } from "../focus-heading";
import { KeyHint } from "../key-hint";
import { ShortcutsButton } from "../shortcuts-button";
import type { ReviewField } from "./decision-request";
import { ReviewErrorNotice } from "./review-error-notice";
import type { DocumentReviewState } from "./use-document-review";

/** Where somebody is sent who would decide without a claim. */
export const CLAIM_BUTTON_ID = "claim-document";

/** Whose document it is, which one, and who holds it. */
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
            <span className="break-all">{file.name}</span>, {pages} {pages === 1 ? "page" : "pages"},{" "}
            {formatSize(file.size)}, handed in on {formatDate(review.submittedAt)} (
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
  const { review, standing, left, pending } = document;
  switch (standing) {
    case "mine":
      return (
        <>
          <p className="tabular pr-2">
            Yours for {left === null ? "a while" : left > 60 ? formatDuration(left) : `${left} s`}
          </p>
          <Button
            onClick={() => document.claim("extend")}
            pending={pending === "extend"}
            aria-keyshortcuts="e"
          >
            Keep it longer
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
    case "free":
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
    case "lapsed":
      return (
        <Button variant="primary" onClick={onClaim} pending={pending === "claim"} pendingLabel="Claiming">
          Claim it again
        </Button>
      );
    case "taken":
      return (
        <>
          <p className="pr-2">
            {review.claim?.by.name} has it
            {left === null ? null : (
              <span className="tabular text-muted">, for {formatDuration(left)} at most</span>
            )}
          </p>
          <ClaimNextButton variant="quiet" />
        </>
      );
    case "closed":
    case "own":
      return standing === "own" ? <ClaimNextButton variant="quiet" /> : null;
  }
}
