import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { placeholderDataUrl } from "@/app/_server/placeholder";
import { appContext } from "@/app/_server/app-context";
import { Avatar } from "@/app/_ui/avatar";
import { type PublicProfile, getPublicProfile } from "@/lib/accounts/profile";
import { Problem } from "@/lib/errors";
import "../../utilities.css";
import { descriptionOf } from "./description";

/** Once per request. A hidden profile and none are the same answer. */
const loadPublicProfile = cache(async (handle: string): Promise<PublicProfile> => {
  try {
    return await getPublicProfile(appContext(), handle);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "not_found") notFound();
    throw thrown;
  }
});

export async function generateMetadata({ params }: PageProps<"/u/[handle]">): Promise<Metadata> {
  const profile = await loadPublicProfile((await params).handle);
  const { name, handle } = profile;
  const description = descriptionOf(profile);
  const address = `/u/${handle}`;
  return {
    title: name,
    description,
    robots: { index: true, follow: true },
    alternates: { canonical: address },
    openGraph: {
      type: "profile",
      title: name,
      description,
      url: address,
      siteName: "Dossier",
      images: [{ url: `${address}/opengraph-image`, width: 1200, height: 630, type: "image/png", alt: name }],
    },
    // Not `twitter`, which would say title, description and picture all over again.
    other: { "twitter:card": "summary_large_image" },
  };
}

export default async function PublicProfilePage({ params }: PageProps<"/u/[handle]">) {
  const { name, headline, bio, picture } = await loadPublicProfile((await params).handle);
  const shown = picture ? { ...picture, placeholder: placeholderDataUrl(picture.placeholder) } : null;
  return (
    <article className="mx-auto grid max-w-prose justify-items-center gap-6 px-4 py-12 text-center sm:px-6 sm:py-20">
      <Avatar picture={shown} name={name} size={256} eager />
      <div className="grid gap-3">
        <h1 className="font-serif text-display tracking-tight wrap-anywhere">{name}</h1>
        {headline ? <p className="text-lg text-muted wrap-anywhere">{headline}</p> : null}
      </div>
      {bio ? (
        <p className="w-full border-t border-hairline pt-6 text-left whitespace-pre-line wrap-anywhere">
          {bio}
        </p>
      ) : null}
    </article>
  );
}
