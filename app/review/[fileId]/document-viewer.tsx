"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import type { Review } from "@/lib/review/review";
import { useDesk } from "../desk";
import type { DeskField } from "./decision-request";
import { DocumentPane } from "./document-pane";
import { scrollOrTurn, scrollsSideways } from "./scroll";
import { ViewerTools } from "./viewer-tools";
import { FIRST_VIEW, step, type ViewingStep, viewingWords } from "./viewing";

/** The pages of a document, and of the version before it beside them. Fetched only for somebody who has opened it. */
export function DocumentViewer({
  review: { file, previous, member, version },
  field,
  onOpened,
}: {
  review: Review;
  field: DeskField;
  /** The first page is there, and so is the row of the register. */
  onOpened: () => void;
}) {
  const opened = useRef(false);
  const [viewing, setViewing] = useState(FIRST_VIEW);
  const frame = useRef<HTMLElement>(null);
  const pages = Math.max(file.pages ?? 1, viewing.beside ? (previous?.pages ?? 1) : 1);
  const name = `${field.label} of ${member.name}`;

  const go = (by: ViewingStep) => {
    const next = step(viewing, by, pages);
    if (next === viewing) return;
    setViewing(next);
    announce(viewingWords(next, by, pages));
    if (next.page !== viewing.page) frame.current?.scrollTo(0, 0);
  };
  useViewerKeys(go, frame);

  return (
    <div className="flex flex-col gap-2 xl:sticky xl:top-4 xl:h-[calc(100dvh-2rem)]">
      <ViewerTools
        viewing={viewing}
        pages={pages}
        previous={previous ? { version: version - 1, destroyed: previous.purgedAt !== undefined } : null}
        onStep={go}
      />
      <div className="flex min-h-0 flex-1 flex-col gap-2 sm:flex-row">
        <DocumentPane
          frame={frame}
          fileId={file.id}
          pages={file.pages ?? 1}
          name={`${name}, version ${version}`}
          viewing={viewing}
          onReady={() => {
            if (!opened.current) onOpened();
            opened.current = true;
          }}
        />
        {viewing.beside && previous ? (
          <DocumentPane
            fileId={previous.id}
            pages={previous.pages ?? 1}
            name={`${name}, version ${version - 1}`}
            viewing={viewing}
          />
        ) : null}
      </div>
    </div>
  );
}

function useViewerKeys(go: (by: ViewingStep) => void, frame: RefObject<HTMLElement | null>): void {
  const { addHandlers } = useDesk();
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
        nextPage: () => (scrollsSideways(frame.current) ? false : press.current("nextPage")),
        previousPage: () => (scrollsSideways(frame.current) ? false : press.current("previousPage")),
        scrollOn: () => scrollOrTurn(frame.current, 1, () => press.current("nextPage")),
        scrollBack: () => scrollOrTurn(frame.current, -1, () => press.current("previousPage")),
      }),
    [addHandlers, frame],
  );
}
