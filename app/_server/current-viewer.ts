import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Viewer } from "@/lib/permissions/viewer";
import { findViewerByCookie } from "./viewer";

/** For pages: who is looking, once per request. */
export const getCurrentViewer = cache(
  async (): Promise<Viewer | null> => findViewerByCookie((await headers()).get("cookie")),
);

/** For pages of signed-in people: anybody else is sent to sign in, and back to `path` afterwards. */
export async function requireViewer(path: string): Promise<Viewer> {
  const viewer = await getCurrentViewer();
  if (!viewer) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return viewer;
}

/** For the desk: a member is told the same as for a page that does not exist. */
export async function requireReviewer(path: string): Promise<Viewer> {
  const viewer = await requireViewer(path);
  if (viewer.role === "member") notFound();
  return viewer;
}

/** For admins: everybody else who is signed in is told the same as for a page that does not exist. */
export async function requireAdmin(path: string): Promise<Viewer> {
  const viewer = await requireViewer(path);
  if (viewer.role !== "admin") notFound();
  return viewer;
}
