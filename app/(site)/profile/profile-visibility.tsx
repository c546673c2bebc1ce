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

/** Who sees the page, and what that means. */
export function ProfileVisibility({ visibility, handle }: { visibility: Visibility; handle: string }) {
  const { shownValue: shown, trouble, change } = useOptimisticChange("/api/profile", "visibility", visibility, (value) =>
    value === "public" ? "Everyone can see your page now" : "Only you can see your profile now",
  );
  return (
    <div className="grid content-start gap-3">
      <SegmentedControl
        legend="Who sees your page"
        name="visibility"
        options={OPTIONS}
        value={shown}
        onChange={change}
      />
      <p className="max-w-prose text-sm text-muted">
        {shown === "public"
          ? "Anybody with its address sees your picture, name, headline and what you wrote about yourself, and search engines may list it. Never your documents."
          : "Your page is hidden: whoever asks for it, you too, is told that there is nothing. A picture that was shown is gone from other people’s screens within a minute."}
      </p>
      {trouble ? (
        <Notice tone="danger" title="Nothing was changed" live>
          {trouble}
        </Notice>
      ) : null}
      {shown === "public" && visibility === "public" ? (
        <p>
          <a href={`/u/${handle}`} className={buttonClass()}>
            View page
          </a>
        </p>
      ) : null}
    </div>
  );
}
