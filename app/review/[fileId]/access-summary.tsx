"use client";

import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";
import { Time } from "@/app/_ui/time";
import { ACCESS_LABELS, type AccessLogPage, useAccessLog } from "@/app/_ui/use-access-log";
import { type GroupedAccess, groupAccesses } from "./group-accesses";

/** Shows the reviewer who opened this document. The member sees the same access log. */
export function AccessSummary({ fileId, firstPage }: { fileId: string; firstPage: AccessLogPage }) {
  const { items = [], hasMore, pending, errorMessage, loadMore } = useAccessLog(fileId, firstPage);
  const accesses = groupAccesses(items);
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
              <bdi>{access.name}</bdi> <span className="text-muted">{describeAccess(access)}</span>
            </p>
            <p className="text-sm text-muted">
              <span className="sr-only">last on </span>
              <Time value={access.lastAt} as="moment" />
            </p>
          </li>
        ))}
      </ul>
      {hasMore ? (
        <Button onClick={loadMore} pending={pending} className="w-fit">
          Show earlier entries
        </Button>
      ) : null}
      {errorMessage ? (
        <Notice tone="warning" live>
          {errorMessage}
        </Notice>
      ) : null}
    </section>
  );
}

function describeAccess({ intent, count }: GroupedAccess): string {
  return count === 1 ? ACCESS_LABELS[intent] : `${ACCESS_LABELS[intent]}, ${count} times`;
}
