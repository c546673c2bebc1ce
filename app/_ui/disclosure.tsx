import type { ComponentProps, ReactNode } from "react";
import { Icon } from "./icons";

/** Optional content in a native `<details>`. Needs no script. */
export function Disclosure({
  summary,
  children,
  ...rest
}: { summary: ReactNode; children: ReactNode } & Omit<ComponentProps<"details">, "children">) {
  return (
    <details className="group" {...rest}>
      <summary className="flex min-h-11 list-none items-center gap-2 py-2 font-bold [&::-webkit-details-marker]:hidden">
        <Icon name="right" className="size-5 transition-transform duration-150 group-open:rotate-90" />
        <span>{summary}</span>
      </summary>
      <div className="pb-4 pl-7">{children}</div>
    </details>
  );
}
