"use client";

import { Icon } from "@/app/_ui/icons";
import { useLinkPending } from "@/app/_ui/site-link";

/** In a link: says that what it leads to is being fetched, where that takes a while. */
export function LinkPendingIcon() {
  const pending = useLinkPending();
  return (
    <span role="status" className={pending ? "inline-block" : "sr-only"}>
      {pending ? (
        <>
          <Icon name="waiting" className="size-4" />
          <span className="sr-only">One moment</span>
        </>
      ) : null}
    </span>
  );
}
