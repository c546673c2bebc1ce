"use client";

import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Notice } from "@/app/_ui/notice";
import type { Review } from "@/lib/review/review";
import { useReviewWorkspace } from "../review-workspace";
import type { ReviewField } from "./decision-request";
import { DocumentPane } from "./document-pane";
import {
  applyViewAction,
  type DocumentView,
  describePage,
  describeView,
  goToPage,
  INITIAL_VIEW,
  type ViewAction,
} from "./document-view";
import { canScrollSideways, scrollOrTurnPage } from "./scroll";
import { ViewerToolbar } from "./viewer-toolbar";

/** Shows the pages of a document, and the previous version next to it. Loaded when it is opened. */
export function DocumentViewer({
  review: { file, previous, member, version },
  field,
  claimedAt,
  onOpened,
}: {
  review: Review;
  field: ReviewField;
  /** The start of the viewer's claim, if there is one. */
  claimedAt: string | undefined;
  /** Called when the first page is loaded. By then the access is logged. */
  onOpened: () => void;
}) {
  const hasOpened = useRef(false);
  const [view, setView] = useState(INITIAL_VIEW);
  const frame = useRef<HTMLElement>(null);
  const pages = Math.max(file.pages ?? 1, view.showsPrevious ? (previous?.pages ?? 1) : 1);
  const name = `${field.label} of ${member.name}`;

  /** Returns false if nothing changes. */
  const show = (next: DocumentView, description: string): boolean => {
    if (next === view) return false;
    setView(next);
    announce(description);
    if (next.page !== view.page) frame.current?.scrollTo(0, 0);
    return true;
  };
  const act = (action: ViewAction) => {
    const next = applyViewAction(view, action, pages);
    return show(next, describeView(next, action, pages));
  };
  const turnTo = (page: number) => {
    const next = goToPage(view, page, pages);
    show(next, describePage(next.page, pages));
  };
  useViewerShortcuts(act, frame);

  return (
    <div className="flex flex-col gap-2 xl:sticky xl:top-4 xl:h-[calc(100dvh-2rem)]">
      <ViewerToolbar
        view={view}
        pages={pages}
        previous={previous ? { version: version - 1, isDeleted: previous.purgedAt !== undefined } : null}
        onAction={act}
        onPage={turnTo}
      />
      {file.missingLetters ? (
        <Notice tone="warning" title="Some letters are not shown">
          This PDF does not contain their fonts. Ask for a copy with its fonts, or for a scan.
        </Notice>
      ) : null}
      <div className="flex min-h-0 flex-1 flex-col gap-2 sm:flex-row">
        <DocumentPane
          frameRef={frame}
          fileId={file.id}
          pages={file.pages ?? 1}
          pageTiles={file.pageTiles}
          name={`${name}, version ${version}`}
          view={view}
          claimedAt={claimedAt}
          onReady={() => {
            if (!hasOpened.current) onOpened();
            hasOpened.current = true;
          }}
        />
        {view.showsPrevious && previous ? (
          <DocumentPane
            fileId={previous.id}
            pages={previous.pages ?? 1}
            pageTiles={previous.pageTiles}
            name={`${name}, version ${version - 1}`}
            view={view}
          />
        ) : null}
      </div>
    </div>
  );
}

function useViewerShortcuts(
  act: (action: ViewAction) => boolean,
  frame: RefObject<HTMLElement | null>,
): void {
  const { addShortcutHandlers } = useReviewWorkspace();
  const latest = useRef(act);
  // Before the viewer is visible: a key that is pressed right then counts.
  useLayoutEffect(() => {
    latest.current = act;
  });
  useLayoutEffect(
    () =>
      addShortcutHandlers({
        zoomIn: () => void latest.current("zoomIn"),
        zoomOut: () => void latest.current("zoomOut"),
        fit: () => void latest.current("fit"),
        rotate: () => void latest.current("rotate"),
        nextPage: () => (canScrollSideways(frame.current) ? false : void latest.current("nextPage")),
        previousPage: () => (canScrollSideways(frame.current) ? false : void latest.current("previousPage")),
        firstPage: () => latest.current("firstPage"),
        lastPage: () => latest.current("lastPage"),
        scrollOn: () => scrollOrTurnPage(frame.current, 1, () => latest.current("nextPage")),
        scrollBack: () => scrollOrTurnPage(frame.current, -1, () => latest.current("previousPage")),
      }),
    [addShortcutHandlers, frame],
  );
}
