"use client";

import { useEffect } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";
import { Skeleton } from "@/app/_ui/skeleton";
import { Time } from "@/app/_ui/time";
import { ACCESS_LABELS, useAccessLog } from "@/app/_ui/use-access-log";

/** Shows its owner who opened a document, when, and what they did: latest first, page by page. */
export function AccessLog({
  fileId,
  fileName,
  open,
  onClose,
}: {
  fileId: string;
  fileName: string;
  open: boolean;
  onClose: () => void;
}) {
  const { items, hasMore, pending, errorMessage, load, loadMore } = useAccessLog(fileId);
  useEffect(() => {
    if (open) void load();
  }, [open, load]);

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={
        <>
          Who has opened <bdi>{fileName}</bdi>
        </>
      }
      wide
    >
      <div className="grid gap-4">
        {errorMessage ? (
          <Notice tone="danger" title="The access log could not be loaded" live>
            {errorMessage}
          </Notice>
        ) : null}
        {items ? (
          <ol
            aria-label={`Access log of ${fileName}, latest first`}
            className="grid divide-y divide-hairline"
          >
            {items.map(({ at, intent, by }) => (
              <li key={`${at} ${intent} ${by.name}`} className="flex flex-wrap justify-between gap-x-6 py-2">
                <span>
                  <strong>
                    <bdi>{by.name}</bdi>
                  </strong>{" "}
                  ({by.role}) {ACCESS_LABELS[intent]}
                </span>
                <span className="text-muted">
                  <Time value={at} as="moment" />
                </span>
              </li>
            ))}
          </ol>
        ) : errorMessage ? null : (
          <div role="status" aria-label="Loading the access log" className="grid gap-2">
            <Skeleton />
            <Skeleton />
          </div>
        )}
        {hasMore ? (
          <Button pending={pending} pendingLabel="Loading…" onClick={loadMore}>
            Show earlier entries
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}
