import type { ReactNode } from "react";

/** A part of a page under its heading. Links can lead to the `id`. */
export function Section({ id, title, children }: { id: string; title: ReactNode; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="grid grid-cols-1 gap-4">
      <h2 id={id} className="font-serif text-lg">
        {title}
      </h2>
      {children}
    </section>
  );
}
