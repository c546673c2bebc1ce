import type { Metadata } from "next";
import { appContext } from "@/app/_server/app-context";
import { placeholderDataUrl } from "@/app/_server/placeholder";
import { Avatar } from "@/app/_ui/avatar";
import "../../utilities.css";
import { BadgeList } from "./badge-list";
import { descriptionOf } from "./description";
import { loadPublicProfile } from "./load-profile";
import { PublicProfileView } from "./public-profile";

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
  const { picture, handle, badges, ...texts } = await loadPublicProfile((await params).handle);
  const avatar = picture ? { ...picture, placeholder: placeholderDataUrl(picture.placeholder) } : null;
  return (
    <PublicProfileView
      texts={texts}
      portrait={<Avatar picture={avatar} name={texts.name} size={256} alt={picture?.alt ?? ""} eager />}
    >
      {badges.length > 0 ? (
        <div className="grid gap-2">
          <BadgeList badges={badges} timeZone={appContext().timeZone} />
          <p className="text-sm print:hidden">
            <a className="link" href={`/u/${handle}/badge`}>
              Check this
            </a>
          </p>
        </div>
      ) : null}
    </PublicProfileView>
  );
}
