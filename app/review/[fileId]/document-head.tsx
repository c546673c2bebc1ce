"use client";

import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { formatAge, formatDate, formatDuration, formatSize } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { Stamp } from "@/app/_ui/stamp";
import { ClaimNext } from "../claim-next";
import { focusHeading } from "../focus-heading";
import { KeyHint } from "../key-hint";
import { ShowKeys } from "../show-keys";
import type { DeskField } from "./decision-request";
import type { DeskDocument } from "./use-document";

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
  const { review, trouble } = document;
  const { file, member, version } = review;
  const pages = file.pages ?? 1;
  return (
    <header className="grid gap-4 border-b border-hairline pb-5">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
        <div className="grid min-w-0 gap-1.5">
          <h1 tabIndex={-1} className="font-serif text-title tracking-tight break-words">
            {member.name}
            <span className="sr-only">: {field.label}</span>
          </h1>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <b>{field.label}</b>
            <span>version {version}</span>
            <Stamp status={file.purgedAt ? "destroyed" : file.status} for="desk" />
          </p>
          <p className="text-sm text-muted">
            <span className="break-all">{file.name}</span>, {pages} {pages === 1 ? "page" : "pages"},{" "}
            {formatSize(file.size)}, handed in on {formatDate(review.submittedAt)} (
            {formatAge(review.submittedAt, new Date(now))})
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Hold document={document} onClaimed={onClaimed} />
          <ShowKeys />
        </div>
      </div>
      {trouble ? (
        <Notice tone="warning" title={trouble.title}>
          <p>{trouble.text}</p>
          <div className="mt-3 flex flex-wrap gap-2">
            {trouble.way === "sign-in" ? (
              <ButtonLink href={`/sign-in?next=/review/${file.id}`}>Sign in again</ButtonLink>
            ) : null}
            {trouble.way === "next" ? <ClaimNext variant="quiet" /> : null}
            {trouble.way === "claim" ? (
              <Button onClick={() => document.claim("claim")} pending={document.pending === "claim"}>
                Claim it again
              </Button>
            ) : null}
          </div>
        </Notice>
      ) : null}
    </header>
  );
}

function Hold({ document, onClaimed }: { document: DeskDocument; onClaimed: () => void }) {
  const { review, standing, left, pending } = document;
  const claim = async () => {
    if (await document.claim("claim")) onClaimed();
  };
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
        <Button variant="primary" onClick={claim} pending={pending === "claim"} pendingLabel="Claiming">
          Claim this document
        </Button>
      );
    case "lapsed":
      return (
        <Button variant="primary" onClick={claim} pending={pending === "claim"} pendingLabel="Claiming">
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
      return <ClaimNext variant={standing === "own" ? "quiet" : "primary"} />;
  }
}
