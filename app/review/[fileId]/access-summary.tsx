"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { formatDateTime } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import type { AccessView } from "@/lib/audit/access-log";
import { callReviewApi } from "../review-api";
import { type GroupedAccess, groupAccesses } from "./group-accesses";

type AccessPage = { items: AccessView[]; next: string | null };

/** Shows who has opened this document, from the access log. The member sees the same. */
export function AccessSummary({ fileId, firstPage }: { fileId: string; firstPage: AccessPage }) {
  const [pages, setPages] = useState<AccessPage[]>([firstPage]);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (pages[0] !== firstPage) setPages([firstPage]);
  const accesses = groupAccesses(pages.flatMap(({ items }) => items));
  const next = pages.at(-1)?.next ?? null;

  const loadMore = async () => {
    setPending(true);
    const { body, problem } = await callReviewApi<AccessPage>(
      "GET",
      `/api/files/${fileId}/accesses?cursor=${next}`,
    );
    setPending(false);
    setError(problem?.detail ?? null);
    if (body) setPages([...pages, body]);
  };
  return (
    <section aria-labelledby="seen-title" className="grid gap-2">
      <h2 id="seen-title" className="font-serif text-lg">
        Opened by
      </h2>
      {accesses.length === 0 ? <p className="text-muted">This document has not been opened yet.</p> : null}
      <ul className="grid border-t border-hairline empty:border-0">
        {accesses.map((access) => (
          <li key={`${access.name} ${access.intent}`} className="border-b border-hairline py-2">
            <p>
              {access.name} <span className="text-muted">{describeAccess(access)}</span>
            </p>
            <p className="text-sm text-muted">
              <span className="sr-only">last on </span>
              <time dateTime={access.lastAt}>{formatDateTime(access.lastAt)}</time>
            </p>
          </li>
        ))}
      </ul>
      {next ? (
        <Button onClick={loadMore} pending={pending} className="w-fit">
          Show earlier entries
        </Button>
      ) : null}
      {error ? (
        <Notice tone="warning" live>
          {error}
        </Notice>
      ) : null}
    </section>
  );
}

const INTENT_LABELS = { view: "viewed it", download: "downloaded it" } as const;

function describeAccess({ intent, count }: GroupedAccess): string {
  return count === 1 ? INTENT_LABELS[intent] : `${INTENT_LABELS[intent]}, ${count} times`;
}
