"use client";

import { usePathname } from "next/navigation";
import type { NavItem } from "./navigation";
import { SiteLink } from "./site-link";

/** A link in the header, marked on its own pages. */
export function NavLink({ href, label, section = href }: NavItem) {
  const path = usePathname();
  const isCurrent = path === href || (section !== null && path.startsWith(`${section}/`));
  return (
    <SiteLink
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      className="grid min-h-11 min-w-11 place-items-center rounded border-b-2 border-transparent px-3 whitespace-nowrap hover:bg-well aria-[current]:rounded-b-none aria-[current]:border-accent aria-[current]:font-bold"
    >
      {label}
    </SiteLink>
  );
}
