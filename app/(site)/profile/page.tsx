import type { Metadata } from "next";
import { Suspense } from "react";
import { appContext } from "@/app/_server/app-context";
import { requireViewer } from "@/app/_server/current-viewer";
import { placeholderDataUrl } from "@/app/_server/placeholder";
import { formatDateAndRelative } from "@/app/_ui/format";
import { PageBody } from "@/app/_ui/page-header";
import { PageSkeleton } from "@/app/_ui/skeleton";
import { formatFileLimits } from "@/app/_ui/uploads/file-validation";
import { BadgeList } from "@/app/(public)/u/[handle]/badge-list";
import { findBadges } from "@/lib/accounts/badges";
import { getOwnProfile, type OwnProfile } from "@/lib/accounts/profile";
import type { AppContext } from "@/lib/app-context";
import { fields } from "@/lib/fields/fields";
import { profilePicture } from "@/lib/fields/profile-picture";
import type { Viewer } from "@/lib/permissions/viewer";
import { BadgeChoice, type BadgeOption } from "./badge-choice";
import type { OwnPicture } from "./own-picture-view";
import { PictureEditor } from "./picture-editor";
import { ProfileEditor } from "./profile-editor";
import { ProfileVisibility } from "./profile-visibility";

export const metadata: Metadata = { title: "Profile" };

/** Checks the session before streaming: a redirect inside a stream would arrive as a page. */
export default async function ProfilePage() {
  const viewer = await requireViewer("/profile");
  return (
    <Suspense fallback={<PageSkeleton lines={4} />}>
      <Profile viewer={viewer} />
    </Suspense>
  );
}

async function Profile({ viewer }: { viewer: Viewer }) {
  const context = appContext();
  const profile = await getOwnProfile(context, viewer);
  const { id: _, files: __, handle, visibility, picture, badges: chosen, ...texts } = profile;
  const options = await listBadgeOptions(context, viewer);
  const badges = await findBadges(context, profile);
  const { name } = texts;
  const ownPicture = toOwnPicture(picture);
  const { label, accept, maxSize, partSize, many } = profilePicture;
  return (
    <PageBody>
      <header className="grid gap-8 border-b border-hairline pb-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="flex flex-wrap items-start gap-x-6 gap-y-4">
          <div className="grid min-w-0 gap-1">
            <h1 dir="auto" tabIndex={-1} className="font-serif text-title tracking-tight wrap-anywhere">
              {name}
            </h1>
            <p className="text-muted wrap-anywhere">@{handle}</p>
          </div>
        </div>
        <ProfileVisibility visibility={visibility} handle={handle} />
      </header>
      <ProfileEditor
        texts={texts}
        handle={handle}
        picture={ownPicture}
        pictureEditor={
          <PictureEditor
            field={{ name: profilePicture.name, label, accept, maxSize, partSize, many }}
            limits={formatFileLimits(profilePicture)}
            owner={viewer.id}
            picture={ownPicture}
            name={name}
            isProfilePublic={visibility === "public"}
          />
        }
        badges={badges.length > 0 ? <BadgeList badges={badges} timeZone={context.timeZone} /> : null}
        badgeChoice={
          options.length > 0 ? <BadgeChoice options={options} chosen={chosen} handle={handle} /> : null
        }
      />
    </PageBody>
  );
}

/** Lists every approval that the page can show, and what it would say now. */
async function listBadgeOptions(context: AppContext, viewer: Viewer): Promise<BadgeOption[]> {
  const now = context.clock.now();
  const possible = [...fields.values()].flatMap(({ name, badge }) =>
    badge ? [{ field: name, label: badge }] : [],
  );
  const badges = await findBadges(context, { id: viewer.id, badges: possible.map(({ field }) => field) });
  return possible.map(({ field, label }) => {
    const badge = badges.find((each) => each.field === field);
    if (!badge) return { field, label, hint: "You have no valid approval now. Your page shows nothing." };
    const until = badge.validUntil && formatDateAndRelative(badge.validUntil, now, context.timeZone);
    return {
      field,
      label,
      hint: until ? `Your approval is valid until ${until}.` : "Your approval has no end.",
    };
  });
}

/** Selects what the editor needs. Nothing else goes to the browser. */
function toOwnPicture(picture: OwnProfile["picture"]): OwnPicture | null {
  if (!picture) return null;
  const { id, visibility, crop, width = 1, height = 1, url, variants = [], placeholder, alt = "" } = picture;
  return {
    id,
    visibility,
    crop,
    width,
    height,
    alt,
    placeholder: placeholderDataUrl(placeholder),
    published: url === undefined ? null : { url, variants },
  };
}
