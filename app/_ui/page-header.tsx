import type { ReactNode } from "react";

/** The head of a page: its `h1`, one line about it, and its actions. Scripts can focus the `h1`. */
export function PageHeader({
  title,
  lead,
  actions,
}: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4 border-b border-hairline pb-6">
      <div className="grid min-w-0 gap-2">
        <h1 tabIndex={-1} className="font-serif text-title tracking-tight">
          {title}
        </h1>
        {lead ? <p className="max-w-prose text-muted">{lead}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-3">{actions}</div> : null}
    </header>
  );
}

/** The width and the margins of an ordinary page. */
export function PageBody({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto grid w-full max-w-page grid-cols-1 gap-8 px-4 py-8 sm:px-6 sm:py-12 print:p-0">
      {children}
    </div>
  );
}
