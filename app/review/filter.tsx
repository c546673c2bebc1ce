"use client";

import { SiteLink } from "@/app/_ui/site-link";
import { LinkPendingIcon } from "./link-pending-icon";

type Choice = { href: string; isCurrent: boolean; label: string; count?: string };

/**
 * One filter: its choices as links. A client component, so that the page does not send each element
 * again as JSON.
 */
export function Filter({ label, choices }: { label: string; choices: readonly Choice[] }) {
  const id = `filter-${label.toLowerCase().replace(" ", "-")}`;
  return (
    <div className="grid gap-1 first:w-full">
      <p id={id} className="text-sm text-muted">
        {label}
      </p>
      <ul aria-labelledby={id} className={LIST_STYLES}>
        {choices.map(({ href, isCurrent, label, count }) => (
          <li key={href}>
            <SiteLink href={href} aria-current={isCurrent ? "true" : undefined}>
              {label}
              <LinkPendingIcon />
              {count === undefined ? null : (
                <span className="tabular text-sm font-normal text-muted">{count}</span>
              )}
            </SiteLink>
          </li>
        ))}
      </ul>
    </div>
  );
}

const LIST_STYLES = [
  "-mx-2 flex flex-wrap [&_a]:flex [&_a]:h-11 [&_a]:items-center [&_a]:gap-2 [&_a]:rounded [&_a]:px-2",
  "[&_a]:hover:bg-well [&_a[aria-current]]:rounded-b-none [&_a[aria-current]]:border-b-2",
  "[&_a[aria-current]]:border-accent [&_a[aria-current]]:pt-0.5 [&_a[aria-current]]:font-bold",
].join(" ");
