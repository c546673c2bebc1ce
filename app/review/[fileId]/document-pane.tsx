"use client";

import { type RefObject, useState } from "react";
import type { DocumentView } from "./document-view";
import { PageImage } from "./page-image";

/** Not every browser lets the keyboard reach an element that scrolls. */
const FOCUSABLE_TAB_INDEX = 0;

/** Shows one page of one version in a frame that scrolls, and preloads the pages next to it. */
export function DocumentPane({
  fileId,
  pages,
  pageTiles,
  name,
  view: { page: requestedPage, zoom, quarterTurns },
  claimedAt,
  frameRef,
  onReady,
}: {
  fileId: string;
  pages: number;
  /** The number of images that show each page, if a page is too tall for one. */
  pageTiles: readonly number[] | undefined;
  /** "DBS certificate of Ada Lovelace, version 2". */
  name: string;
  view: DocumentView;
  claimedAt?: string | undefined;
  frameRef?: RefObject<HTMLElement | null>;
  onReady?: () => void;
}) {
  const page = Math.min(requestedPage, pages);
  const [loaded, setLoaded] = useState<ReadonlySet<number>>(new Set());
  const mounted = Array.from({ length: pages }, (_, index) => index + 1).filter(
    (each) => each === page || (Math.abs(each - page) === 1 && (loaded.has(each) || loaded.has(page))),
  );
  return (
    <section
      ref={frameRef}
      aria-label={`${name}, page ${page} of ${pages}`}
      tabIndex={FOCUSABLE_TAB_INDEX}
      className="min-w-0 flex-1 overflow-auto border border-hairline bg-well p-2 [container-type:inline-size] xl:[container-type:size]"
    >
      {mounted.map((each) => (
        <PageImage
          key={each}
          fileId={fileId}
          page={each}
          tiles={pageTiles?.[each - 1] ?? 1}
          claimedAt={claimedAt}
          alt={`Page ${each} of ${pages}: ${name}`}
          hidden={each !== page}
          zoom={zoom}
          quarterTurns={quarterTurns}
          onReady={() => {
            setLoaded((before) => new Set(before).add(each));
            onReady?.();
          }}
        />
      ))}
    </section>
  );
}
