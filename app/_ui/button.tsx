import { cva } from "class-variance-authority";
import { clsx } from "clsx";
import Link from "next/link";
import type { ComponentProps, MouseEvent, ReactNode } from "react";

export type ButtonVariant = "primary" | "quiet" | "plain" | "danger";

/** For the rare element that must look like a button and is neither `Button` nor `ButtonLink`, such as a file label. */
export const buttonClass = cva(
  "inline-flex min-h-11 min-w-11 items-center justify-center gap-2 rounded border text-base font-bold " +
    "select-none transition-colors duration-150 disabled:cursor-not-allowed disabled:opacity-55 " +
    "aria-disabled:cursor-progress",
  {
    variants: {
      variant: {
        primary: "border-transparent bg-accent text-on-accent hover:bg-accent-strong",
        quiet: "border-edge bg-sheet text-ink hover:border-ink hover:bg-well",
        plain: "border-transparent text-ink hover:bg-well",
        danger: "border-refused bg-sheet text-refused hover:bg-refused hover:text-sheet",
      },
      size: { text: "px-5 py-2", icon: "p-2" },
      wide: { true: "w-full", false: "" },
    },
    defaultVariants: { variant: "quiet", size: "text", wide: false },
  },
);

type Look = { variant?: ButtonVariant; size?: "text" | "icon"; wide?: boolean };

/**
 * A button of at least 44 px. `pending` keeps it focused and readable while the work runs, says so to a screen reader and
 * swallows further presses; `pendingLabel` replaces the words meanwhile. An icon button needs an `aria-label`.
 */
export function Button({
  variant,
  size,
  wide,
  pending = false,
  pendingLabel,
  className,
  children,
  type = "button",
  ...rest
}: Look & { pending?: boolean; pendingLabel?: string } & ComponentProps<"button">) {
  // Only then: a handler could not be passed from a Server Component.
  const whilePending = pending
    ? { "aria-disabled": true, "aria-busy": true, onClick: (event: MouseEvent) => event.preventDefault() }
    : {};
  return (
    <button
      type={type}
      className={clsx(buttonClass({ variant, size, wide }), className)}
      {...rest}
      {...whilePending}
    >
      {pending ? (
        <>
          <Spinner />
          {pendingLabel ?? children}
        </>
      ) : (
        children
      )}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({
  variant,
  size,
  wide,
  className,
  children,
  ...rest
}: Look & { children: ReactNode } & ComponentProps<typeof Link>) {
  return (
    <Link className={clsx(buttonClass({ variant, size, wide }), className)} {...rest}>
      {children}
    </Link>
  );
}

function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-4 rounded-full border-2 border-current border-t-transparent motion-safe:animate-turn"
    />
  );
}
