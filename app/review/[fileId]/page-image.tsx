"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Skeleton } from "@/app/_ui/skeleton";
import type { DocumentView } from "./document-view";
import { type PageLoadError, pageLoadErrorOf } from "./page-load-error";

/**
 * Shows one page as an image. Its URL is one of this site, which redirects to a signed URL for this
 * one access. Hidden images are pages nearby: turning to them needs no new request.
 */
export function PageImage({
  fileId,
  page,
  claimedAt,
  alt,
  hidden,
  zoom,
  quarterTurns,
  onReady,
}: {
  fileId: string;
  page: number;
  claimedAt: string | undefined;
  alt: string;
  hidden: boolean;
  zoom: DocumentView["zoom"];
  quarterTurns: DocumentView["quarterTurns"];
  onReady: () => void;
}) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [error, setError] = useState<PageLoadError | null>(null);
  const [attempt, setAttempt] = useState(1);
  // A new claim requests the page again: the server logs that it was shown within the claim.
  const claim = claimedAt === undefined ? "" : `?claim=${encodeURIComponent(claimedAt)}`;
  const source = `/api/files/${fileId}/pages/${page}${claim}`;
  if (error) {
    return (
      <div hidden={hidden} className="grid min-h-72 place-items-center p-6">
        <div role="alert" className="grid max-w-form justify-items-start gap-3">
          <p className="font-serif text-lg">{error.title}</p>
          <p className="text-muted">{error.text}</p>
          {error.canRetry ? (
            <Button
              onClick={() => {
                setError(null);
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
  const isSideways = quarterTurns % 2 === 1;
  const uprightRatio = size ? size.width / size.height : 0.7;
  const ratio = isSideways ? 1 / uprightRatio : uprightRatio;
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
        onError={async () => setError(await fetchPageLoadError(source))}
        className="absolute top-1/2 left-1/2 max-w-none"
        style={{
          width: isSideways ? `${100 * uprightRatio}%` : "100%",
          transform: `translate(-50%, -50%) rotate(${quarterTurns * 90}deg)`,
        }}
      />
    </div>
  );
}

/**
 * Asks the URL of a failed image for the reason. A redirect means that only the image is missing.
 */
async function fetchPageLoadError(source: string): Promise<PageLoadError> {
  const response = await callApi("GET", source, { redirect: "manual" });
  return pageLoadErrorOf(problemOf(response).code);
}
