"use client";

import type { ReactNode } from "react";
import { Button } from "./button";
import { Icon } from "./icons";

/**
 * A line that floats at the foot of the window: something just happened and can still be undone. The owner keeps the
 * state and takes it away; it never leaves by itself while the pointer or focus is on it unless the owner says so.
 * Announce it with `announce` when it appears.
 */
export function Toast({
  children,
  action,
  onDismiss,
}: {
  children: ReactNode;
  /** A Button, such as "Undo". */
  action?: ReactNode;
  onDismiss?: () => void;
}) {
  return (
    <div className="fixed inset-x-4 bottom-4 z-50 mx-auto flex w-fit max-w-prose animate-arrive items-center gap-3 rounded border border-hairline bg-sheet py-2 pr-2 pl-4 shadow-float">
      <div className="min-w-0">{children}</div>
      {action}
      {onDismiss ? (
        <Button variant="plain" size="icon" aria-label="Dismiss" onClick={onDismiss}>
          <Icon name="cross" />
        </Button>
      ) : null}
    </div>
  );
}
