"use client";

import { buttonClass } from "@/app/_ui/button-class";
import { Notice } from "@/app/_ui/notice";
import { SegmentedControl } from "@/app/_ui/segmented-control";
import { useOptimisticChange } from "./use-optimistic-change";

type Visibility = "public" | "private";

const OPTIONS = [
  { value: "private", label: "Only you" },
  { value: "public", label: "Everyone" },
] as const satisfies readonly { value: Visibility; label: string }[];

/** Lets the member choose who sees the page, and says what that means. */
export function ProfileVisibility({ visibility, handle }: { visibility: Visibility; handle: string }) {
  const { shownValue, errorMessage, change } = useOptimisticChange(
    "/api/profile",
    "visibility",
    visibility,
    (value) => (value === "public" ? "Everyone can see your page now" : "Only you can see your profile now"),
  );
  return (
    <div className="grid content-start gap-3">
      <SegmentedControl
        legend="Who sees your page"
        name="visibility"
        options={OPTIONS}
        value={shownValue}
        onChange={change}
      />
      <p className="max-w-prose text-sm text-muted">
        {shownValue === "public"
          ? "Everyone with the link sees your picture and what you write here. Search engines may list the page. Your documents are never shown."
          : "Your page is hidden. Its link shows “Page not found” to everyone, also to you. A picture that was public disappears within a minute."}
      </p>
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      {shownValue === "public" && visibility === "public" ? (
        <p>
          <a href={`/u/${handle}`} className={buttonClass()}>
            View page
          </a>
        </p>
      ) : null}
    </div>
  );
}
