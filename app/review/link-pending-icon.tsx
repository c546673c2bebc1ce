"use client";

import { Icon } from "@/app/_ui/icons";
import { useLinkPending } from "@/app/_ui/site-link";

/** Shows in a link that its page is loading. */
export function LinkPendingIcon() {
  const isPending = useLinkPending();
  return (
    <span role="status" className={isPending ? "inline-block" : "sr-only"}>
      {isPending ? (
        <>
          <Icon name="waiting" className="size-4" />
          <span className="sr-only">Loading</span>
        </>
      ) : null}
    </span>
  );
}
