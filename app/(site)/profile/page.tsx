import type { Metadata } from "next";
import { Suspense } from "react";
import { appContext } from "@/app/_server/app-context";
import { requireViewer } from "@/app/_server/current-viewer";
import { placeholderDataUrl } from "@/app/_server/placeholder";
import { PageBody } from "@/app/_ui/page-header";
import { PageSkeleton } from "@/app/_ui/skeleton";
import { formatFileLimits } from "@/app/_ui/uploads/file-validation";
import { getOwnProfile, type OwnProfile } from "@/lib/accounts/profile";
import { profilePicture } from "@/lib/fields/profile-picture";
import type { Viewer } from "@/lib/permissions/viewer";
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
  const {
    id: _,
    files: __,
    handle,
    visibility,
    picture,
    ...texts
  } = await getOwnProfile(appContext(), viewer);
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
      />
    </PageBody>
  );
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
