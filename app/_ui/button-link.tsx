import { clsx } from "clsx";
import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { type ButtonLook, buttonClass } from "./button-class";

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({
  variant,
  size,
  wide,
  className,
  children,
  ...rest
}: ButtonLook & { children: ReactNode } & ComponentProps<typeof Link>) {
  return (
    <Link className={clsx(buttonClass({ variant, size, wide }), className)} {...rest}>
      {children}
    </Link>
  );
}
