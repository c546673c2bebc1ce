import type { Viewer } from "@/lib/permissions/viewer";

export type NavItem = { href: string; label: string };

/** Where this person's work begins: the desk for those who decide, the documents for those who hand them in. */
export function homePathOf(role: Viewer["role"]): string {
  return role === "reviewer" ? "/review" : "/documents";
}

/** What the header offers. A convenience, never the check: each page asks for itself. */
export function navItemsFor(viewer: Pick<Viewer, "role" | "grants"> | null): NavItem[] {
  if (!viewer) return [];
  const own = [
    { href: "/profile", label: "Profile" },
    { href: "/documents", label: "Documents" },
  ];
  if (viewer.role === "member") return own;
  const desk = [{ href: "/review", label: "Desk" }, ...own];
  return viewer.role === "admin" ? [...desk, { href: "/admin/storage", label: "Storage" }] : desk;
}
