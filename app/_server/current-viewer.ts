import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Viewer } from "@/lib/permissions/viewer";
import { findViewerByCookie } from "./viewer";

/** Finds the viewer of a page, once per request. */
export const getCurrentViewer = cache(
  async (): Promise<Viewer | null> => findViewerByCookie((await headers()).get("cookie")),
);

/** Requires a session. Redirects to the sign-in page, which leads back to `path`. */
export async function requireViewer(path: string): Promise<Viewer> {
  const viewer = await getCurrentViewer();
  if (!viewer) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return viewer;
}

/** Requires a reviewer or an admin. A member sees the page as not found. */
export async function requireReviewer(path: string): Promise<Viewer> {
  const viewer = await requireViewer(path);
  if (viewer.role === "member") notFound();
  return viewer;
}

/** Requires an admin. Any other viewer sees the page as not found. */
export async function requireAdmin(path: string): Promise<Viewer> {
  const viewer = await requireViewer(path);
  if (viewer.role !== "admin") notFound();
  return viewer;
}
