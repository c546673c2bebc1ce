import type { Viewer } from "@/lib/permissions/viewer";

export type NavItem = { href: string; label: string };

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
  ];
  if (viewer.role === "member") return own;
  const reviewing = [{ href: "/review", label: "Review queue" }, ...own];
  const admin = [
    { href: "/admin/mail", label: "Mail" },
    { href: "/admin/storage", label: "Storage" },
  ];
  return viewer.role === "admin" ? [...reviewing, ...admin] : reviewing;
}
