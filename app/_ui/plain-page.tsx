import type { ReactNode } from "react";

/** A page with one message, such as "Page not found". `action` is the link or button below it. */
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
