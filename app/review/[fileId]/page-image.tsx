"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Skeleton } from "@/app/_ui/skeleton";
import { readProblem } from "../review-api";
import { type PageLoadError, pageLoadErrorOf } from "./page-load-error";
import type { DocumentView } from "./document-view";

/**
 * One page as an image. The address is this site's own, which answers with a signed one for this very look: no signed address is ever in the
 * page. Hidden ones are pages nearby, kept so that turning back does not fetch again.
 */
export function PageImage({
  fileId,
  page,
  alt,
  hidden,
  zoom,
  quarterTurns: quarters,
  onReady,
}: {
  fileId: string;
  page: number;
  alt: string;
  hidden: boolean;
  zoom: DocumentView["zoom"];
  quarterTurns: DocumentView["quarterTurns"];
  onReady: () => void;
}) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [trouble, setTrouble] = useState<PageLoadError | null>(null);
  const [attempt, setAttempt] = useState(1);
  const source = `/api/files/${fileId}/pages/${page}`;
  if (trouble) {
    return (
      <div hidden={hidden} className="grid min-h-72 place-items-center p-6">
        <div role="alert" className="grid max-w-form justify-items-start gap-3">
          <p className="font-serif text-lg">{trouble.title}</p>
          <p className="text-muted">{trouble.text}</p>
          {trouble.canRetry ? (
            <Button
              onClick={() => {
                setTrouble(null);
                setAttempt(attempt + 1);
              }}
            >
              Try again
            </Button>
          ) : null}
        </div>
      </div>
    );
  }
  const sideways = quarters % 2 === 1;
  const upright = size ? size.width / size.height : 0.7;
  const ratio = sideways ? 1 / upright : upright;
  return (
    <div
      hidden={hidden}
      className={clsx("relative mx-auto bg-sheet shadow-float", hidden && "hidden")}
      style={{
        width: zoom === "fit" ? `min(100cqw, 100cqh * ${ratio})` : `${zoom}%`,
        aspectRatio: ratio,
      }}
    >
      {size ? null : <Skeleton className="absolute inset-0 size-full" />}
      <img
        key={attempt}
        src={source}
        alt={alt}
        draggable={false}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          setSize({ width: naturalWidth, height: naturalHeight });
          onReady();
        }}
        onError={async () => setTrouble(await fetchPageLoadError(source))}
        className="absolute top-1/2 left-1/2 max-w-none"
        style={{
          width: sideways ? `${100 * upright}%` : "100%",
          transform: `translate(-50%, -50%) rotate(${quarters * 90}deg)`,
        }}
      />
    </div>
  );
}

/** An image says only that it failed; the address says why. Not followed: nothing is signed for somebody to look at. */
async function fetchPageLoadError(source: string): Promise<PageLoadError> {
  try {
    const response = await fetch(source, { redirect: "manual" });
    // An opaque redirect: the page is there, its way here was not.
    if (response.type === "opaqueredirect") return pageLoadErrorOf(null);
    return pageLoadErrorOf((await readProblem(response)).code);
  } catch {
    return pageLoadErrorOf(null);
  }
}
