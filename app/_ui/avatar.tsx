import { clsx } from "clsx";
import { initialsOf } from "./initials";

export type AvatarPicture = {
  url: string;
  width?: number;
  height?: number;
  /** A tiny picture as a data URL, shown until the real one has loaded. */
  placeholder?: string | null;
  variants: readonly { url: string; width: number; type: string }[];
};

const SIZE_CLASSES = {
  40: "size-10 text-sm",
  96: "size-24 text-title",
  256: "size-40 text-display sm:size-64",
} as const;

/**
 * Shows a member's picture as a circle of 40, 96 or 256 px, or the initials without a picture.
 * `alt` says what the picture shows. Beside the name it may be "".
 */
export function Avatar({
  picture,
  name,
  size,
  alt = "",
  eager = false,
}: {
  picture: AvatarPicture | null | undefined;
  name: string;
  size: keyof typeof SIZE_CLASSES;
  alt?: string;
  /** Loads the picture first, on a page that is about it. */
  eager?: boolean;
}) {
  const circle = clsx(
    "relative block shrink-0 overflow-hidden rounded-full border border-hairline",
    SIZE_CLASSES[size],
  );
  if (!picture) {
    return (
      <span
        className={clsx(circle, "grid place-items-center bg-accent-wash font-serif text-accent")}
        {...(alt ? { role: "img", "aria-label": alt } : { "aria-hidden": true })}
      >
        {initialsOf(name)}
      </span>
    );
  }
  const sizes = size === 256 ? "(min-width: 40rem) 256px, 160px" : `${size}px`;
  return (
    <span className={clsx(circle, "bg-well")}>
      {picture.placeholder?.startsWith("data:image/") ? (
        <img
          src={picture.placeholder}
          alt=""
          aria-hidden="true"
          className="absolute inset-0 size-full object-cover"
        />
      ) : null}
      <picture>
        {mediaTypesOf(picture.variants).map((type) => (
          <source key={type} type={type} srcSet={srcSetOf(picture.variants, type)} sizes={sizes} />
        ))}
        <img
          src={picture.url}
          alt={alt}
          width={size}
          height={size}
          decoding="async"
          loading={eager ? "eager" : "lazy"}
          fetchPriority={eager ? "high" : undefined}
          className="absolute inset-0 size-full object-cover"
        />
      </picture>
    </span>
  );
}

/** Puts the better format first: `<picture>` uses the first one that the browser supports. */
function mediaTypesOf(variants: AvatarPicture["variants"]): string[] {
  return [...new Set(variants.map((variant) => variant.type))].sort();
}

function srcSetOf(variants: AvatarPicture["variants"], type: string): string {
  return variants
    .filter((variant) => variant.type === type)
    .map((variant) => `${variant.url} ${variant.width}w`)
    .join(", ");
}
