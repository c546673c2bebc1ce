import type { Metadata } from "next";
import { appContext } from "@/app/_server/app-context";
import { placeholderDataUrl } from "@/app/_server/placeholder";
import { Avatar } from "@/app/_ui/avatar";
import "../../utilities.css";
import { BadgeList } from "./badge-list";
import { descriptionOf } from "./description";
import { loadPublicProfile } from "./load-profile";

export async function generateMetadata({ params }: PageProps<"/u/[handle]">): Promise<Metadata> {
  const profile = await loadPublicProfile((await params).handle);
  const { name, handle } = profile;
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
      images: [{ url: `${path}/opengraph-image`, width: 1200, height: 630, type: "image/png", alt: name }],
    },
    // Not `twitter`: it would repeat title, description and picture.
    other: { "twitter:card": "summary_large_image" },
  };
}

export default async function PublicProfilePage({ params }: PageProps<"/u/[handle]">) {
  const { name, handle, headline, bio, picture, badges } = await loadPublicProfile((await params).handle);
  const avatar = picture ? { ...picture, placeholder: placeholderDataUrl(picture.placeholder) } : null;
  return (
    <article className="mx-auto grid max-w-prose justify-items-center gap-6 px-4 py-12 text-center sm:px-6 sm:py-20">
      <Avatar picture={avatar} name={name} size={256} eager />
      <div className="grid gap-3">
        <h1 dir="auto" className="font-serif text-display tracking-tight wrap-anywhere">
          {name}
        </h1>
        {headline ? (
          <p dir="auto" className="text-lg text-muted wrap-anywhere">
            {headline}
          </p>
        ) : null}
      </div>
      {badges.length > 0 ? (
        <div className="grid gap-2">
          <BadgeList badges={badges} timeZone={appContext().timeZone} />
          <p className="text-sm">
            <a className="link" href={`/u/${handle}/badge`}>
              Check this
            </a>
          </p>
        </div>
      ) : null}
      {bio ? (
        <p
          dir="auto"
          className="w-full border-t border-hairline pt-6 text-start whitespace-pre-line wrap-anywhere"
        >
          {bio}
        </p>
      ) : null}
    </article>
  );
}
