import type { ReactNode } from "react";
import { DocumentIcon } from "./paper-card";

/** Says that a list is empty, why, and what to do next. `action` is a Button or ButtonLink. */
export function EmptyState({
  title,
  children,
  action,
  level = 2,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  level?: 1 | 2 | 3;
}) {
  const Heading = `h${level}` as const;
  return (
    <div className="grid justify-items-start gap-4 border-y border-hairline py-10">
      <DocumentIcon />
      <Heading className="font-serif text-lg">{title}</Heading>
      {children ? <div className="max-w-prose text-muted">{children}</div> : null}
      {action}
    </div>
  );
}
