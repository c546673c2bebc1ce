"use client";

import { type RefObject, useState } from "react";
import { PageImage } from "./page-image";
import type { DocumentView } from "./document-view";

/** What scrolls must be reachable by keyboard; not every browser sees to that itself. */
const FOCUSABLE_TAB_INDEX = 0;

/** One version of a document: the page that is looked at, in a frame that scrolls, and the ones beside it made ready. */
export function DocumentPane({
  fileId,
  pages,
  name,
  view: { page: wanted, zoom, quarterTurns: quarters },
  frameRef: frame,
  onReady,
}: {
  fileId: string;
  pages: number;
  /** "DBS certificate of Ada Lovelace, version 2". */
  name: string;
  view: DocumentView;
  frameRef?: RefObject<HTMLElement | null>;
  onReady?: () => void;
}) {
  const page = Math.min(wanted, pages);
  const [ready, setReady] = useState<ReadonlySet<number>>(new Set());
  const kept = Array.from({ length: pages }, (_, index) => index + 1).filter(
    (each) => each === page || (Math.abs(each - page) === 1 && (ready.has(each) || ready.has(page))),
  );
  return (
    <section
      ref={frame}
      aria-label={`${name}, page ${page} of ${pages}`}
      tabIndex={FOCUSABLE_TAB_INDEX}
      className="min-w-0 flex-1 overflow-auto border border-hairline bg-well p-2 [container-type:inline-size] xl:[container-type:size]"
    >
      {kept.map((each) => (
        <PageImage
          key={each}
          fileId={fileId}
          page={each}
          alt={`Page ${each} of ${pages}: ${name}`}
          hidden={each !== page}
          zoom={zoom}
          quarterTurns={quarters}
          onReady={() => {
            setReady((before) => new Set(before).add(each));
            onReady?.();
          }}
        />
      ))}
    </section>
  );
}
