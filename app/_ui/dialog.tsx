"use client";

import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./button";
import { Icon } from "./icons";

/**
 * A modal dialog on the native `<dialog>`. Focus moves in, stays in, and returns after closing.
 * Escape closes it. `actions` are at the end, with the cancel button first.
 */
export function Dialog({
  open,
  onClose,
  title,
  children,
  actions,
  wide = false,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) element.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  // Only `close` returns the focus, so an open dialog closes before it unmounts.
  useLayoutEffect(() => {
    const element = dialog.current;
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby={titleId}
      className={`m-auto max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] rounded border border-hairline bg-sheet p-0 text-ink shadow-float ${wide ? "max-w-prose" : "max-w-form"}`}
    >
      {open ? (
        <div className="grid gap-4 p-5 sm:p-6">
          <div className="flex items-start justify-between gap-4">
            <h2 id={titleId} className="pt-1.5 font-serif text-lg">
              {title}
            </h2>
            <Button variant="plain" size="icon" aria-label="Close" onClick={onClose} className="-mt-1 -mr-2">
              <Icon name="cross" />
            </Button>
          </div>
          <div>{children}</div>
          {actions ? <div className="flex flex-wrap justify-end gap-3 pt-2">{actions}</div> : null}
        </div>
      ) : null}
    </dialog>
  );
}
