"use client";

import { type ReactNode, useState } from "react";
import type { SlotGroup } from "./group-slots";

/** A document type with its place on the page. */
export type PlacedSection = { name: string; group: SlotGroup; section: ReactNode };

const GROUPS: readonly { group: SlotGroup; id: string; title: string; note?: string }[] = [
  { group: "asked", id: "group-asked", title: "Asked of you" },
  { group: "in place", id: "group-in-place", title: "In place" },
  {
    group: "optional",
    id: "group-optional",
    title: "Optional",
    note: "We have not asked you for these. Send one only if you want us to have it.",
  },
];

/**
 * Shows the document types in groups. As long as the page is open, each one stays where it is: a
 * move would take the focus away and stop the uploads of its control.
 */
export function DocumentGroups({ sections }: { sections: readonly PlacedSection[] }) {
  const [places] = useState(() => sections.map(({ name, group }) => ({ name, group })));
  return GROUPS.map(({ group, id, title, note }) => {
    const names = places.flatMap((place) => (place.group === group ? [place.name] : []));
    if (names.length === 0) return null;
    return (
      <section key={group} aria-labelledby={id} className="grid gap-6">
        <div className="grid gap-1 border-b border-hairline pb-2">
          <h2 id={id} className="font-bold text-muted">
            {title}
          </h2>
          {note ? <p className="max-w-prose text-sm text-muted">{note}</p> : null}
        </div>
        <div className="grid divide-y divide-hairline">
          {names.map((name) => (
            <div key={name} className="py-8 first:pt-0">
              {sections.find((each) => each.name === name)?.section}
            </div>
          ))}
        </div>
      </section>
    );
  });
}
