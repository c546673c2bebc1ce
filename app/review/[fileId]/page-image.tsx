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
  tiles,
  claimedAt,
  alt,
  hidden,
  zoom,
  quarterTurns,
  onReady,
}: {
  fileId: string;
  page: number;
  /** The number of images, one below the other, that show the page. */
  tiles: number;
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
  const claim: Record<string, string> = claimedAt === undefined ? {} : { claim: claimedAt };
  const urlOf = (part: Record<string, string>) => {
    const query = new URLSearchParams({ ...claim, ...part }).toString();
    return `/api/files/${fileId}/pages/${page}${query === "" ? "" : `?${query}`}`;
  };
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
  const uprightRatio = size ? size.width / (size.height * tiles) : 0.7;
  const detail = hidden ? 1 : detailFor(zoom);
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
      <div
        key={attempt}
        className="absolute top-1/2 left-1/2"
        style={{
          width: isSideways ? `${100 * uprightRatio}%` : "100%",
          transform: `translate(-50%, -50%) rotate(${quarterTurns * 90}deg)`,
        }}
      >
        {Array.from({ length: tiles }, (_, index) => index + 1).map((number) => {
          const isFirst = number === 1;
          const tile: Record<string, string> = isFirst ? {} : { tile: String(number) };
          return (
            <div key={number} className="relative">
              <img
                src={urlOf(tile)}
                alt={isFirst ? alt : ""}
                loading={isFirst ? "eager" : "lazy"}
                draggable={false}
                onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
                  if (!isFirst) return;
                  setSize({ width: naturalWidth, height: naturalHeight });
                  onReady();
                }}
                onError={async () => setError(await fetchPageLoadError(urlOf(tile)))}
                className="block w-full max-w-none"
                style={size ? { aspectRatio: size.width / size.height } : {}}
              />
              {size && detail > 1 ? (
                <DetailCells
                  key={detail}
                  detail={detail}
                  urlOf={(cell) => urlOf({ ...tile, detail: String(detail), cell: String(cell) })}
                />
              ) : null}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Returns how many times the pixels of the image a zoom needs. */
function detailFor(zoom: DocumentView["zoom"]): number {
  if (zoom === "fit" || zoom < 150) return 1;
  return zoom < 300 ? 2 : 4;
}

/**
 * Covers a tile with images of more detail. The browser loads those near the visible part. One that
 * does not load leaves the tile visible.
 */
function DetailCells({ detail, urlOf }: { detail: number; urlOf: (cell: number) => string }) {
  const [loaded, setLoaded] = useState<ReadonlySet<number>>(new Set());
  return (
    <div
      aria-hidden="true"
      className="absolute inset-0 grid"
      style={{ gridTemplate: `repeat(${detail}, 1fr) / repeat(${detail}, 1fr)` }}
    >
      {Array.from({ length: detail * detail }, (_, index) => index + 1).map((cell) => (
        <img
          key={cell}
          src={urlOf(cell)}
          alt=""
          loading="lazy"
          draggable={false}
          onLoad={() => setLoaded((before) => new Set(before).add(cell))}
          className={clsx("size-full max-w-none", loaded.has(cell) || "opacity-0")}
        />
      ))}
    </div>
  );
}

/**
 * Asks the URL of a failed image for the reason. A redirect means that only the image is missing.
 */
async function fetchPageLoadError(source: string): Promise<PageLoadError> {
  const response = await callApi("GET", source, { redirect: "manual" });
  return pageLoadErrorOf(problemOf(response));
}
