"use client";

import { Notice } from "@/app/_ui/notice";
import { SegmentedControl } from "@/app/_ui/segmented-control";
import { useOptimisticChange } from "./use-optimistic-change";

type Visibility = "public" | "private";

const OPTIONS = [
  { value: "public", label: "On your page" },
  { value: "private", label: "Only you" },
] as const satisfies readonly { value: Visibility; label: string }[];

/** The picture's own flag: it can be kept back while the rest of the page is shown. */
export function PictureVisibility({
  id,
  visibility,
  isProfilePublic: profileIsPublic,
}: {
  id: string;
  visibility: Visibility;
  isProfilePublic: boolean;
}) {
  const { shownValue: shown, trouble, change } = useOptimisticChange(
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
        value={shown}
        onChange={change}
      />
      <p className="max-w-prose text-sm text-muted">
        {shown === "private"
          ? "Your page shows your initials instead."
          : profileIsPublic
            ? "Everyone who sees your page sees it."
            : "It is hidden as long as your page is."}
      </p>
      {trouble ? (
        <Notice tone="danger" title="Nothing was changed" live>
          {trouble}
        </Notice>
      ) : null}
    </div>
  );
}
