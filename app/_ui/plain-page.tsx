import type { ReactNode } from "react";

/** A page with one thing to say: not found, something failed. `children` are paragraphs, `action` the way on. */
export function PlainPage({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action: ReactNode;
}) {
  return (
    <div className="plain-page">
      <h1>{title}</h1>
      <div>{children}</div>
      {action}
    </div>
  );
}
