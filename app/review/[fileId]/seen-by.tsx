"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { formatMoment } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import type { AccessView } from "@/lib/register/access";
import { ask } from "../request";
import { type Sighting, sightings } from "./sightings";

type Page = { items: AccessView[]; next: string | null };

/** Who has opened this document, from the register. The member reads the same. */
export function SeenBy({ fileId, first }: { fileId: string; first: Page }) {
  const [pages, setPages] = useState<Page[]>([first]);
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  if (pages[0] !== first) setPages([first]);
  const looks = sightings(pages.flatMap(({ items }) => items));
  const next = pages.at(-1)?.next ?? null;

  const more = async () => {
    setPending(true);
    const { body, problem } = await ask<Page>("GET", `/api/files/${fileId}/accesses?cursor=${next}`);
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
          <li key={`${look.name} ${look.what}`} className="border-b border-hairline py-2">
            <p>
              {look.name} <span className="text-muted">{wordsFor(look)}</span>
            </p>
            <p className="text-sm text-muted">
              <span className="sr-only">last on </span>
              <time dateTime={look.last}>{formatMoment(look.last)}</time>
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

const WHAT = { view: "looked at it", download: "took a copy" } as const;

function wordsFor({ what, times }: Sighting): string {
  return times === 1 ? WHAT[what] : `${WHAT[what]}, ${times} times`;
}
