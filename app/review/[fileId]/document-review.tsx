"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ButtonLink } from "@/app/_ui/button-link";
import { Skeleton } from "@/app/_ui/skeleton";
import type { Review } from "@/lib/review/review";
import { useReviewWorkspace } from "../review-workspace";
import { focusHeading } from "../focus-heading";
import { DecisionPanel } from "./decision-panel";
import type { ReviewField } from "./decision-request";
import { DocumentHeader } from "./document-header";
import { ClaimExpiryWarning } from "./claim-expiry-warning";
import { OpenDocumentPrompt } from "./open-document-prompt";
import { useDocumentReview } from "./use-document-review";

const DocumentViewer = dynamic(() => import("./document-viewer").then((module) => module.DocumentViewer), {
  ssr: false,
  loading: () => <Skeleton className="h-96 w-full" />,
});

type DocumentReviewProps = {
  review: Review;
  field: ReviewField;
  /** The server's time at rendering, ISO 8601. */
  now: string;
  queueSidebar: ReactNode;
  history: ReactNode;
};

/** Begins afresh where a decision was undone. */
export function DocumentReview(given: DocumentReviewProps) {
  const { undoCount: undone } = useReviewWorkspace();
  return <DocumentReviewBody key={undone} {...given} />;
}

function DocumentReviewBody({ review: given, field, now, queueSidebar: strip, history: record }: DocumentReviewProps) {
  const { hasNavigated: isReached, addShortcutHandlers: addHandlers } = useReviewWorkspace();
  const router = useRouter();
  const document = useDocumentReview(given, field, now);
  const { review, standing, left } = document;
  const [looked, setLooked] = useState(false);
  const purged = review.file.purgedAt !== undefined;
  // What was opened stays open: a decision or the end of a claim does not take the page away from under somebody's eyes.
  if (standing === "mine" && !looked) setLooked(true);
  const opened = looked && !purged && standing !== "own";
  const panel = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (isReached()) focusHeading();
  }, [isReached]);

  const extend = useRef((): boolean => false);
  extend.current = () => {
    if (standing !== "mine") return false;
    void document.claim("extend");
    return true;
  };
  useEffect(() => addHandlers({ extend: () => extend.current() }), [addHandlers]);

  return (
    <div className="mx-auto grid w-full max-w-desk gap-x-8 gap-y-6 px-4 pt-6 pb-28 sm:px-6 lg:grid-cols-[minmax(0,1fr)_24rem] xl:grid-cols-[13rem_minmax(0,1fr)_24rem] xl:grid-rows-[auto_1fr] [&_:is(a,button,input,select,textarea)]:scroll-mb-28">
      <div className="lg:col-span-2 xl:col-span-1 xl:row-span-2">{strip}</div>
      <div className="lg:col-span-2">
        <DocumentHeader document={document} field={field} now={now} onClaimed={focusHeading} />
      </div>
      <section aria-label="Document" className="min-w-0">
        {opened ? (
          <DocumentViewer review={review} field={field} onOpened={() => router.refresh()} />
        ) : (
          <OpenDocumentPrompt review={review} claimStatus={standing} onOpen={() => setLooked(true)} />
        )}
      </section>
      <aside aria-label="Decision" className="grid min-w-0 content-start gap-8">
        {standing === "own" ? (
          <ButtonLink href="/documents">See it among your documents</ButtonLink>
        ) : (
          <DecisionPanel
            document={document}
            field={field}
            now={now}
            headingRef={panel}
            onDecided={() => panel.current?.focus()}
          />
        )}
        {record}
      </aside>
      {standing === "mine" && left !== null ? (
        <ClaimExpiryWarning
          secondsLeft={left}
          pending={document.pending === "extend"}
          onExtend={() => document.claim("extend")}
        />
      ) : null}
    </div>
  );
}
