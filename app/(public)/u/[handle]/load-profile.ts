import { notFound } from "next/navigation";
import { cache } from "react";
import { appContext } from "@/app/_server/app-context";
import { getPublicProfile, type PublicProfile } from "@/lib/accounts/profile";
import { Problem } from "@/lib/errors";

/** Loads the profile once per request. A hidden one gets the same response as a missing one. */
export const loadPublicProfile = cache(async (handle: string): Promise<PublicProfile> => {
  try {
    return await getPublicProfile(appContext(), handle);
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") notFound();
    throw error;
  }
});
