"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { formatDateTime } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import type { AccessView } from "@/lib/audit/access-log";
import { callReviewApi } from "../review-api";
import { type GroupedAccess, groupAccesses } from "./group-accesses";

type AccessPage = { items: AccessView[]; next: string | null };

/** Who has opened this document, from the register. The member reads the same. */
export function AccessSummary({ fileId, firstPage: first }: { fileId: string; firstPage: AccessPage }) {
  const [pages, setPages] = useState<AccessPage[]>([first]);
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  if (pages[0] !== first) setPages([first]);
  const looks = groupAccesses(pages.flatMap(({ items }) => items));
  const next = pages.at(-1)?.next ?? null;

  const more = async () => {
    setPending(true);
    const { body, problem } = await callReviewApi<AccessPage>("GET", `/api/files/${fileId}/accesses?cursor=${next}`);
    setPending(false);
    setTrouble(problem?.detail ?? null);
    if (body) setPages([...pages, body]);
  };
  return (
    <section aria-labelledby="seen-title" className="grid gap-2">
      <h2 id="seen-title" className="font-serif text-lg">
        Seen by
      </h2>
      {looks.length === 0 ? <p className="text-muted">Nobody has opened this document yet.</p> : null}
      <ul className="grid border-t border-hairline empty:border-0">
        {looks.map((look) => (
          <li key={`${look.name} ${look.intent}`} className="border-b border-hairline py-2">
            <p>
              {look.name} <span className="text-muted">{describeAccess(look)}</span>
            </p>
            <p className="text-sm text-muted">
              <span className="sr-only">last on </span>
              <time dateTime={look.lastAt}>{formatDateTime(look.lastAt)}</time>
            </p>
          </li>
        ))}
      </ul>
      {next ? (
        <Button onClick={more} pending={pending} className="w-fit">
          Earlier entries
        </Button>
      ) : null}
      {trouble ? (
        <Notice tone="warning" live>
          {trouble}
        </Notice>
      ) : null}
    </section>
  );
}

const INTENT_LABELS = { view: "looked at it", download: "took a copy" } as const;

function describeAccess({ intent: what, count: times }: GroupedAccess): string {
  return times === 1 ? INTENT_LABELS[what] : `${INTENT_LABELS[what]}, ${times} times`;
}
