import type { Viewer } from "@/lib/permissions/viewer";

/**
 * A link of a navigation. It is marked on all pages below `section`, or below `href`; with null
 * only on its own page.
 */
export type NavItem = { href: string; label: string; section?: string | null };

/** The pages of an admin. A new one: a line here. */
export const ADMIN_PAGES: readonly NavItem[] = [
  { href: "/admin", label: "Overview", section: null },
  { href: "/admin/people", label: "People" },
  { href: "/admin/requests", label: "Requests" },
  { href: "/admin/retention", label: "Retention" },
  { href: "/admin/mail", label: "Mail" },
  { href: "/admin/trail", label: "Audit trail" },
  { href: "/admin/storage", label: "Storage" },
];

/** Returns the start page: the overview of admins, the queue of reviewers, or the documents. */
export function homePathOf(role: string): string {
  return role === "admin" ? "/admin" : role === "reviewer" ? "/review" : "/documents";
}

/** Returns the links of the header. They protect nothing: each page checks the viewer itself. */
export function navItemsFor(viewer: Pick<Viewer, "role" | "grants"> | null): NavItem[] {
  if (!viewer) return [];
  const own = [
    { href: "/profile", label: "Profile" },
    { href: "/documents", label: "Documents" },
    { href: "/data", label: "Your data" },
  ];
  if (viewer.role === "member") return own;
  const reviewing = [{ href: "/review", label: "Review queue" }, ...own];
  if (viewer.role !== "admin") return reviewing;
  return [{ href: "/admin", label: "Admin" }, ...(viewer.grants.length > 0 ? reviewing : own)];
}
