import type { Viewer } from "@/lib/permissions/viewer";

/** A link of a navigation. It is marked on all pages below `section`, or below `href`. */
export type NavItem = { href: string; label: string; section?: string };

/** The pages of an admin. A new one: a line here. */
export const ADMIN_PAGES: readonly NavItem[] = [
  { href: "/admin/requests", label: "Requests" },
  { href: "/admin/retention", label: "Retention" },
  { href: "/admin/mail", label: "Mail" },
  { href: "/admin/trail", label: "Audit trail" },
  { href: "/admin/storage", label: "Storage" },
];

/** Returns the start page: the review queue for reviewers, the documents for everyone else. */
export function homePathOf(role: Viewer["role"]): string {
  return role === "reviewer" ? "/review" : "/documents";
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
  return [...reviewing, { href: "/admin/retention", label: "Admin", section: "/admin" }];
}
