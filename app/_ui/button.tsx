"use client";

import type { ComponentProps, MouseEvent } from "react";
import { type ButtonStyle, buttonClass } from "./button-class";
import { useEarlyClick } from "./use-early-click";

/**
 * A button of at least 44 px. While `pending`, it keeps the focus, ignores presses, shows
 * `pendingLabel` and tells screen readers that it is busy. An icon button needs an `aria-label`.
 */
export function Button({
  variant,
  size,
  wide,
  pending = false,
  pendingLabel,
  className = "",
  children,
  type = "button",
  ...rest
}: ButtonStyle & { pending?: boolean; pendingLabel?: string } & Omit<ComponentProps<"button">, "ref">) {
  const button = useEarlyClick();
  // Only if pending: a Server Component cannot pass a handler.
  const whilePending = pending
    ? { "aria-disabled": true, "aria-busy": true, onClick: (event: MouseEvent) => event.preventDefault() }
    : {};
  return (
    <button
      ref={button}
      type={type}
      data-early={rest.onClick ? "" : undefined}
      className={`${buttonClass({ variant, size, wide })} ${className}`}
      {...rest}
      {...whilePending}
    >
      {pending ? (
        <>
          <span
            aria-hidden="true"
            className="size-4 rounded-full border-2 border-current border-t-transparent motion-safe:animate-turn"
          />
          {pendingLabel ?? children}
        </>
      ) : (
        children
      )}
    </button>
  );
}
