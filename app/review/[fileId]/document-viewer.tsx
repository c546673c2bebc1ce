"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import type { Review } from "@/lib/review/review";
import { useReviewWorkspace } from "../review-workspace";
import type { ReviewField } from "./decision-request";
import { DocumentPane } from "./document-pane";
import { scrollOrTurnPage, canScrollSideways } from "./scroll";
import { ViewerToolbar } from "./viewer-toolbar";
import { INITIAL_VIEW, applyViewAction, type ViewAction, describeView } from "./document-view";

/** The pages of a document, and of the version before it beside them. Fetched only for somebody who has opened it. */
export function DocumentViewer({
  review: { file, previous, member, version },
  field,
  onOpened,
}: {
  review: Review;
  field: ReviewField;
  /** The first page is there, and so is the row of the register. */
  onOpened: () => void;
}) {
  const opened = useRef(false);
  const [viewing, setViewing] = useState(INITIAL_VIEW);
  const frame = useRef<HTMLElement>(null);
  const pages = Math.max(file.pages ?? 1, viewing.showsPrevious ? (previous?.pages ?? 1) : 1);
  const name = `${field.label} of ${member.name}`;

  const go = (by: ViewAction) => {
    const next = applyViewAction(viewing, by, pages);
    if (next === viewing) return;
    setViewing(next);
    announce(describeView(next, by, pages));
    if (next.page !== viewing.page) frame.current?.scrollTo(0, 0);
  };
  useViewerShortcuts(go, frame);

  return (
    <div className="flex flex-col gap-2 xl:sticky xl:top-4 xl:h-[calc(100dvh-2rem)]">
      <ViewerToolbar
        view={viewing}
        pages={pages}
        previous={previous ? { version: version - 1, destroyed: previous.purgedAt !== undefined } : null}
        onAction={go}
      />
      <div className="flex min-h-0 flex-1 flex-col gap-2 sm:flex-row">
        <DocumentPane
          frameRef={frame}
          fileId={file.id}
          pages={file.pages ?? 1}
          name={`${name}, version ${version}`}
          view={viewing}
          onReady={() => {
            if (!opened.current) onOpened();
            opened.current = true;
          }}
        />
        {viewing.showsPrevious && previous ? (
          <DocumentPane
            fileId={previous.id}
            pages={previous.pages ?? 1}
            name={`${name}, version ${version - 1}`}
            view={viewing}
          />
        ) : null}
      </div>
    </div>
  );
}

function useViewerShortcuts(go: (by: ViewAction) => void, frame: RefObject<HTMLElement | null>): void {
  const { addShortcutHandlers: addHandlers } = useReviewWorkspace();
  const press = useRef(go);
  useEffect(() => {
    press.current = go;
  });
  useEffect(
    () =>
      addHandlers({
        larger: () => press.current("larger"),
        smaller: () => press.current("smaller"),
        fit: () => press.current("fit"),
        rotate: () => press.current("rotate"),
        nextPage: () => (canScrollSideways(frame.current) ? false : press.current("nextPage")),
        previousPage: () => (canScrollSideways(frame.current) ? false : press.current("previousPage")),
        scrollOn: () => scrollOrTurnPage(frame.current, 1, () => press.current("nextPage")),
        scrollBack: () => scrollOrTurnPage(frame.current, -1, () => press.current("previousPage")),
      }),
    [addHandlers, frame],
  );
}
