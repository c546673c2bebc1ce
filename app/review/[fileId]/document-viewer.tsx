"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import type { Review } from "@/lib/review/review";
import { useReviewWorkspace } from "../review-workspace";
import type { ReviewField } from "./decision-request";
import { DocumentPane } from "./document-pane";
import { applyViewAction, describeView, INITIAL_VIEW, type ViewAction } from "./document-view";
import { canScrollSideways, scrollOrTurnPage } from "./scroll";
import { ViewerToolbar } from "./viewer-toolbar";

/** Shows the pages of a document, and the previous version next to it. Loaded when it is opened. */
export function DocumentViewer({
  review: { file, previous, member, version },
  field,
  onOpened,
}: {
  review: Review;
  field: ReviewField;
  /** Called when the first page is loaded. By then the access is logged. */
  onOpened: () => void;
}) {
  const hasOpened = useRef(false);
  const [view, setView] = useState(INITIAL_VIEW);
  const frame = useRef<HTMLElement>(null);
  const pages = Math.max(file.pages ?? 1, view.showsPrevious ? (previous?.pages ?? 1) : 1);
  const name = `${field.label} of ${member.name}`;

  const act = (action: ViewAction) => {
    const next = applyViewAction(view, action, pages);
    if (next === view) return;
    setView(next);
    announce(describeView(next, action, pages));
    if (next.page !== view.page) frame.current?.scrollTo(0, 0);
  };
  useViewerShortcuts(act, frame);

  return (
    <div className="flex flex-col gap-2 xl:sticky xl:top-4 xl:h-[calc(100dvh-2rem)]">
      <ViewerToolbar
        view={view}
        pages={pages}
        previous={previous ? { version: version - 1, isDeleted: previous.purgedAt !== undefined } : null}
        onAction={act}
      />
      <div className="flex min-h-0 flex-1 flex-col gap-2 sm:flex-row">
        <DocumentPane
          frameRef={frame}
          fileId={file.id}
          pages={file.pages ?? 1}
          name={`${name}, version ${version}`}
          view={view}
          onReady={() => {
            if (!hasOpened.current) onOpened();
            hasOpened.current = true;
          }}
        />
        {view.showsPrevious && previous ? (
          <DocumentPane
            fileId={previous.id}
            pages={previous.pages ?? 1}
            name={`${name}, version ${version - 1}`}
            view={view}
          />
        ) : null}
      </div>
    </div>
  );
}

function useViewerShortcuts(act: (action: ViewAction) => void, frame: RefObject<HTMLElement | null>): void {
  const { addShortcutHandlers } = useReviewWorkspace();
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(
    () =>
      addShortcutHandlers({
        zoomIn: () => latest.current("zoomIn"),
        zoomOut: () => latest.current("zoomOut"),
        fit: () => latest.current("fit"),
        rotate: () => latest.current("rotate"),
        nextPage: () => (canScrollSideways(frame.current) ? false : latest.current("nextPage")),
        previousPage: () => (canScrollSideways(frame.current) ? false : latest.current("previousPage")),
        scrollOn: () => scrollOrTurnPage(frame.current, 1, () => latest.current("nextPage")),
        scrollBack: () => scrollOrTurnPage(frame.current, -1, () => latest.current("previousPage")),
      }),
    [addShortcutHandlers, frame],
  );
}
