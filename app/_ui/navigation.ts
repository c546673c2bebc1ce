import type { Viewer } from "@/lib/accounts/viewer";

export type Place = { href: string; label: string };

/** Where this person's work begins: the desk for those who decide, the documents for those who hand them in. */
export function homeOf(role: Viewer["role"]): string {
  return role === "reviewer" ? "/review" : "/documents";
}

/** What the header offers. A convenience, never the check: each page asks for itself. */
export function placesFor(viewer: Pick<Viewer, "role" | "grants"> | null): Place[] {
  if (!viewer) return [];
  const own = [
    { href: "/profile", label: "Profile" },
    { href: "/documents", label: "Documents" },
  ];
  if (viewer.role === "member") return own;
  const desk = [{ href: "/review", label: "Desk" }, ...own];
  return viewer.role === "admin" ? [...desk, { href: "/admin/storage", label: "Storage" }] : desk;
}
