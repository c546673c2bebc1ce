"use client";

import { Notice } from "@/app/_ui/notice";
import { SegmentedControl } from "@/app/_ui/segmented-control";
import { useOptimisticChange } from "./use-optimistic-change";

type Visibility = "public" | "private";

const OPTIONS = [
  { value: "public", label: "On your page" },
  { value: "private", label: "Only you" },
] as const satisfies readonly { value: Visibility; label: string }[];

/** Lets the member hide the picture while the rest of the page stays public. */
export function PictureVisibility({
  id,
  visibility,
  isProfilePublic,
}: {
  id: string;
  visibility: Visibility;
  isProfilePublic: boolean;
}) {
  const { shownValue, errorMessage, change } = useOptimisticChange(
    `/api/files/${id}`,
    "visibility",
    visibility,
    (value) => (value === "public" ? "Your picture is on your page" : "Only you see your picture now"),
  );
  return (
    <div className="grid gap-2">
      <SegmentedControl
        legend="Who sees your picture"
        name="picture-visibility"
        options={OPTIONS}
        value={shownValue}
        onChange={change}
      />
      <p className="max-w-prose text-sm text-muted">
        {shownValue === "private"
          ? "Your page shows your initials instead."
          : isProfilePublic
            ? "Everyone who sees your page sees it."
            : "It stays hidden while your page is hidden."}
      </p>
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
    </div>
  );
}
