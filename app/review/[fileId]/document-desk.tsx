"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ButtonLink } from "@/app/_ui/button-link";
import { Skeleton } from "@/app/_ui/skeleton";
import type { Review } from "@/lib/review/review";
import { useDesk } from "../desk";
import { focusHeading } from "../focus-heading";
import { DecisionPanel } from "./decision-panel";
import type { DeskField } from "./decision-request";
import { DocumentHead } from "./document-head";
import { HoldWarning } from "./hold-warning";
import { LookSheet } from "./look-sheet";
import { useDocument } from "./use-document";

const DocumentViewer = dynamic(() => import("./document-viewer").then((module) => module.DocumentViewer), {
  ssr: false,
  loading: () => <Skeleton className="h-96 w-full" />,
});

type Given = {
  review: Review;
  field: DeskField;
  /** The server's time at rendering, ISO 8601. */
  now: string;
  strip: ReactNode;
  record: ReactNode;
};

/** Begins afresh where a decision was undone. */
export function DocumentDesk(given: Given) {
  const { undone } = useDesk();
  return <OneDocument key={undone} {...given} />;
}

function OneDocument({ review: given, field, now, strip, record }: Given) {
  const { isReached, addHandlers } = useDesk();
  const router = useRouter();
  const document = useDocument(given, field, now);
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
        <DocumentHead document={document} field={field} now={now} onClaimed={focusHeading} />
      </div>
      <section aria-label="Document" className="min-w-0">
        {opened ? (
          <DocumentViewer review={review} field={field} onOpened={() => router.refresh()} />
        ) : (
          <LookSheet review={review} standing={standing} onLook={() => setLooked(true)} />
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
            heading={panel}
            onDecided={() => panel.current?.focus()}
          />
        )}
        {record}
      </aside>
      {standing === "mine" && left !== null ? (
        <HoldWarning
          left={left}
          pending={document.pending === "extend"}
          onExtend={() => document.claim("extend")}
        />
      ) : null}
    </div>
  );
}
