"use client";

import { Button } from "@/app/_ui/button";
import { stampOf } from "@/app/_ui/file-status";
import { formatAge, formatDate, formatDuration, formatSize } from "@/app/_ui/format";
import { Stamp } from "@/app/_ui/stamp";
import { ClaimNext, ClaimNextOutcome } from "../claim-next";
import { focusHeading } from "../focus-heading";
import { KeyHint } from "../key-hint";
import { ShowKeys } from "../show-keys";
import type { DeskField } from "./decision-request";
import { TroubleNotice } from "./trouble-notice";
import type { DeskDocument } from "./use-document";

/** Where somebody is sent who would decide without a claim. */
export const CLAIM_BUTTON = "claim-document";

/** Whose document it is, which one, and who holds it. */
export function DocumentHead({
  document,
  field,
  now,
  onClaimed,
}: {
  document: DeskDocument;
  field: DeskField;
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
            <Stamp status={stampOf(file, new Date(now))} for="desk" />
          </p>
          <p className="text-sm text-muted">
            <span className="break-all">{file.name}</span>, {pages} {pages === 1 ? "page" : "pages"},{" "}
            {formatSize(file.size)}, handed in on {formatDate(review.submittedAt)} (
            {formatAge(review.submittedAt, new Date(now))})
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Hold document={document} onClaim={claim} />
          <ShowKeys />
        </div>
      </div>
      <ClaimNextOutcome />
      <TroubleNotice document={document} of={["claim", "extend", "release"]} onClaim={claim} />
    </header>
  );
}

function Hold({ document, onClaim }: { document: DeskDocument; onClaim: () => void }) {
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
          id={CLAIM_BUTTON}
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
          <ClaimNext variant="quiet" />
        </>
      );
    case "closed":
    case "own":
      return standing === "own" ? <ClaimNext variant="quiet" /> : null;
  }
}
