import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { appContext } from "@/app/_server/app-context";
import { placeholderDataUrl } from "@/app/_server/placeholder";
import { Avatar } from "@/app/_ui/avatar";
import { getPublicProfile, type PublicProfile } from "@/lib/accounts/profile";
import { Problem } from "@/lib/errors";
import "../../utilities.css";
import { descriptionOf } from "./description";
import { PublicProfileView } from "./public-profile";

/** Loads the profile once per request. A hidden one gets the same response as a missing one. */
const loadPublicProfile = cache(async (handle: string): Promise<PublicProfile> => {
  try {
    return await getPublicProfile(appContext(), handle);
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: PageProps<"/u/[handle]">): Promise<Metadata> {
  const profile = await loadPublicProfile((await params).handle);
  const { name, handle, picture } = profile;
  const description = descriptionOf(profile);
  const path = `/u/${handle}`;
  return {
    title: name,
    description,
    robots: { index: true, follow: true },
    alternates: { canonical: path },
    openGraph: {
      type: "profile",
      title: name,
      description,
      url: path,
      siteName: "Dossier",
      images: [
        {
          url: `${path}/opengraph-image`,
          width: 1200,
          height: 630,
          type: "image/png",
          alt: picture?.alt ? `${name}: ${picture.alt}` : name,
        },
      ],
    },
    // Not `twitter`: it would repeat title, description and picture.
    other: { "twitter:card": "summary_large_image" },
  };
}

export default async function PublicProfilePage({ params }: PageProps<"/u/[handle]">) {
  const { picture, handle: _, ...texts } = await loadPublicProfile((await params).handle);
  const avatar = picture ? { ...picture, placeholder: placeholderDataUrl(picture.placeholder) } : null;
  return (
    <PublicProfileView
      texts={texts}
      portrait={<Avatar picture={avatar} name={texts.name} size={256} alt={picture?.alt ?? ""} eager />}
    />
  );
}
