import type { ComponentProps } from "react";
import { type ButtonStyle, buttonClass } from "./button-class";
import { SiteLink } from "./site-link";

/** A link that looks like a button. It only opens another page. */
export function ButtonLink({
  variant,
  size,
  wide,
  className = "",
  ...rest
}: ButtonStyle & ComponentProps<typeof SiteLink>) {
  return <SiteLink className={`${buttonClass({ variant, size, wide })} ${className}`} {...rest} />;
}
