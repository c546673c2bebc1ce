"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ButtonLink } from "@/app/_ui/button-link";
import { Skeleton } from "@/app/_ui/skeleton";
import type { Day } from "@/lib/fields/calendar";
import type { Review } from "@/lib/review/review";
import { focusHeading } from "../focus-heading";
import { useReviewWorkspace } from "../review-workspace";
import { ClaimExpiryWarning } from "./claim-expiry-warning";
import { DecisionPanel } from "./decision-panel";
import type { ReviewField } from "./decision-request";
import { DocumentHeader } from "./document-header";
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
  /** The same in the time zone of the organisation, by which approvals run out. */
  organisationDay: Day;
  queueSidebar: ReactNode;
  history: ReactNode;
};

/** The page of one document. An undone decision resets it. */
export function DocumentReview(props: DocumentReviewProps) {
  const { undoCount } = useReviewWorkspace();
  return <DocumentReviewBody key={undoCount} {...props} />;
}

function DocumentReviewBody({
  review: serverReview,
  field,
  now,
  organisationDay,
  queueSidebar,
  history,
}: DocumentReviewProps) {
  const { hasNavigated, addShortcutHandlers } = useReviewWorkspace();
  const router = useRouter();
  const document = useDocumentReview(serverReview, field, now);
  const { review, claimStatus, secondsLeft } = document;
  const [hasOpened, setOpened] = useState(false);
  const isPurged = review.file.purgedAt !== undefined;
  // An opened document stays open after a decision or the end of a claim.
  if (claimStatus === "mine" && !hasOpened) setOpened(true);
  const isShown = hasOpened && !isPurged && claimStatus !== "own";
  // Kept after a decision: the pages are requested again only within a new claim.
  const [claimedAt, setClaimedAt] = useState<string>();
  const newClaim = claimStatus === "mine" ? review.claim?.since : undefined;
  if (newClaim !== undefined && newClaim !== claimedAt) setClaimedAt(newClaim);
  const decisionHeading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (hasNavigated()) focusHeading();
  }, [hasNavigated]);

  const extend = useRef((): boolean => false);
  extend.current = () => {
    if (claimStatus !== "mine") return false;
    void document.claim("extend");
    return true;
  };
  useEffect(() => addShortcutHandlers({ extend: () => extend.current() }), [addShortcutHandlers]);

  return (
    <div className="mx-auto grid w-full max-w-review gap-x-8 gap-y-6 px-4 pt-6 pb-28 sm:px-6 lg:grid-cols-[minmax(0,1fr)_24rem] xl:grid-cols-[13rem_minmax(0,1fr)_24rem] xl:grid-rows-[auto_1fr] [&_:is(a,button,input,select,textarea)]:scroll-mb-28">
      <div className="lg:col-span-2 xl:col-span-1 xl:row-span-2">{queueSidebar}</div>
      <div className="lg:col-span-2">
        <DocumentHeader document={document} field={field} now={now} onClaimed={focusHeading} />
      </div>
      <section aria-label="Document" className="min-w-0">
        {isShown ? (
          <DocumentViewer
            review={review}
            field={field}
            claimedAt={claimedAt}
            onOpened={() => router.refresh()}
          />
        ) : (
          <OpenDocumentPrompt review={review} claimStatus={claimStatus} onOpen={() => setOpened(true)} />
        )}
      </section>
      <aside aria-label="Decision" className="grid min-w-0 content-start gap-8">
        {claimStatus === "own" ? (
          <ButtonLink href="/documents">Open it in your documents</ButtonLink>
        ) : (
          <DecisionPanel
            document={document}
            field={field}
            now={now}
            organisationDay={organisationDay}
            headingRef={decisionHeading}
            onDecided={() => decisionHeading.current?.focus()}
          />
        )}
        {history}
      </aside>
      {claimStatus === "mine" && secondsLeft !== null ? (
        <ClaimExpiryWarning
          secondsLeft={secondsLeft}
          pending={document.pending === "extend"}
          onExtend={() => document.claim("extend")}
        />
      ) : null}
    </div>
  );
}
