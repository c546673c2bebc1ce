import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { OwnSession } from "@/lib/accounts/second-factors";
import { env } from "@/lib/config/env";
import { lacksSecondFactor } from "@/lib/permissions/second-factor";
import type { Viewer } from "@/lib/permissions/viewer";
import { findViewerByCookie, ownSessionOf } from "./viewer";

/** Finds the viewer of a page, once per request. */
export const getCurrentViewer = cache(
  async (): Promise<Viewer | null> => findViewerByCookie((await headers()).get("cookie")),
);

/**
 * Requires a session, and the second factor that the role needs. Redirects to the sign-in page,
 * which leads back to `path`, or to the page where the person adds the factor.
 */
export async function requireViewer(path: string): Promise<Viewer> {
  const viewer = await requireSignedIn(path);
  if (lacksSecondFactor(viewer, env().REQUIRE_SECOND_FACTOR)) redirect("/security");
  return viewer;
}

/** Requires a session only. For the page Security. */
export async function requireSignedIn(path: string): Promise<Viewer> {
  const viewer = await getCurrentViewer();
  if (!viewer) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return viewer;
}

/** Returns the viewer of a page with the token of the session. */
export async function requireSignedInSession(viewer: Viewer): Promise<OwnSession> {
  return ownSessionOf(await headers(), viewer);
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
