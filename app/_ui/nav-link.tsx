"use client";

import { usePathname } from "next/navigation";
import type { NavItem } from "./navigation";
import { SiteLink } from "./site-link";

/** A place in the header, marked where one is in it. */
export function NavLink({ href, label }: NavItem) {
  const path = usePathname();
  const here = path === href || path.startsWith(`${href}/`);
  return (
    <SiteLink
      href={href}
      aria-current={here ? "page" : undefined}
      className="grid min-h-11 min-w-11 place-items-center rounded border-b-2 border-transparent px-3 hover:bg-well aria-[current]:rounded-b-none aria-[current]:border-accent aria-[current]:font-bold"
    >
      {label}
    </SiteLink>
  );
}
