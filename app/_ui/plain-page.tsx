import type { ReactNode } from "react";
import { SheetIcon } from "./sheet";

/** A page with one thing to say: not found, something failed. */
export function PlainPage({
  title,
  children,
  actions,
}: {
  title: string;
  children: ReactNode;
  actions: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-page justify-items-start gap-5 px-4 py-16 sm:px-6 sm:py-24">
      <SheetIcon />
      <h1 className="font-serif text-title tracking-tight">{title}</h1>
      <div className="max-w-prose text-muted">{children}</div>
      <div className="flex flex-wrap items-center gap-3">{actions}</div>
    </div>
  );
}
