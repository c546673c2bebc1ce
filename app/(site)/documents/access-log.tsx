"use client";

import { useCallback, useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";
import { Skeleton } from "@/app/_ui/skeleton";
import { Time } from "@/app/_ui/time";
import type { AccessView } from "@/lib/audit/access-log";

const INTENT_LABELS: Record<AccessView["intent"], string> = {
  view: "looked at it",
  download: "took a copy",
};
const ROLE_LABELS: Record<string, string> = { member: "member", reviewer: "reviewer", admin: "administrator" };

type AccessPage = { items: AccessView[]; next: string | null };

/** Who opened a document, when, and what they did: latest first, page by page. */
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
  const [page, setPage] = useState<AccessPage | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  const fetchPage = useCallback(
    async (cursor: string | null) => {
      setPending(true);
      setTrouble(null);
      const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const answer = await callApi("GET", `/api/files/${fileId}/accesses${query}`);
      setPending(false);
      if (!isAccessPage(answer.body)) {
        setTrouble(problemOf(answer).detail);
        return;
      }
      const { items, next } = answer.body;
      setPage((before) => ({
        items: cursor === null || !before ? items : [...before.items, ...items],
        next,
      }));
    },
    [fileId],
  );
  useEffect(() => {
    if (open) void fetchPage(null);
  }, [open, fetchPage]);

  return (
    <Dialog open={open} onClose={onClose} title={`Who has opened ${fileName}`} wide>
      <div className="grid gap-4">
        {trouble ? (
          <Notice tone="danger" title="The list could not be fetched" live>
            {trouble}
          </Notice>
        ) : null}
        {page ? (
          <ol aria-label={`Looks at ${fileName}, latest first`} className="grid divide-y divide-hairline">
            {page.items.map(({ at, intent, by }) => (
              <li key={`${at} ${intent} ${by.name}`} className="flex flex-wrap justify-between gap-x-6 py-2">
                <span>
                  <strong>{by.name}</strong> ({ROLE_LABELS[by.role] ?? by.role}) {INTENT_LABELS[intent]}
                </span>
                <span className="text-muted">
                  <Time value={at} as="moment" />
                </span>
              </li>
            ))}
          </ol>
        ) : trouble ? null : (
          <div role="status" aria-label="The list is being fetched" className="grid gap-2">
            <Skeleton />
            <Skeleton />
          </div>
        )}
        {page?.next ? (
          <Button pending={pending} pendingLabel="Fetching…" onClick={() => fetchPage(page.next)}>
            Show earlier ones
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

function isAccessPage(body: unknown): body is AccessPage {
  return typeof body === "object" && body !== null && "items" in body && Array.isArray(body.items);
}
