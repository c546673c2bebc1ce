import { Avatar, type AvatarPicture } from "@/app/_ui/avatar";
import { cropOf, cropStyleOf, viewOf } from "@/app/_ui/crop/crop-view";
import type { Crop } from "@/lib/inspect/crop";

/** A member's own picture, published or not. */
export type OwnPicture = {
  id: string;
  visibility: "public" | "private";
  crop?: Crop;
  /** Width of the upright rendition, in pixels. */
  width: number;
  height: number;
  placeholder: string | null;
  /** What it shows, or "". */
  alt: string;
  /** Its public URLs, if the picture is public. */
  published: Pick<AvatarPicture, "url" | "variants"> | null;
};

/** Returns the URL path of the upright rendition, which only its owner may open. */
export function renditionUrlOf({ id }: Pick<OwnPicture, "id">): string {
  return `/api/files/${id}/pages/1`;
}

/**
 * Shows the picture as visitors see it. A hidden picture has no public URL, so the browser crops
 * its rendition. Without `alt`, says who sees it.
 */
export function OwnPictureView({
  picture,
  name,
  alt,
}: {
  picture: OwnPicture | null;
  name: string;
  alt?: string;
}) {
  if (!picture || picture.published) {
    const shown = picture?.published ? { ...picture.published, placeholder: picture.placeholder } : null;
    return (
      <Avatar
        picture={shown}
        name={name}
        size={256}
        alt={alt ?? (shown ? `${name}, as others see it` : "")}
        eager
      />
    );
  }
  const size = { width: picture.width, height: picture.height };
  return (
    <span className="relative block size-40 shrink-0 overflow-hidden rounded-full border border-hairline bg-well sm:size-64">
      {picture.placeholder ? (
        <img
          src={picture.placeholder}
          alt=""
          aria-hidden="true"
          className="absolute inset-0 size-full object-cover"
        />
      ) : null}
      <img
        src={renditionUrlOf(picture)}
        alt={alt ?? `${name}, seen by you only`}
        className="absolute max-w-none"
        style={cropStyleOf(cropOf(size, viewOf(size, picture.crop)))}
      />
    </span>
  );
}
