"use client";

import { useEffect } from "react";
import { announce } from "@/app/_ui/announce";
import { Icon } from "@/app/_ui/icons";
import { useLinkPending } from "@/app/_ui/site-link";

/** Shows in a link that its page is loading, and announces it. */
export function LinkPendingIcon() {
  const isPending = useLinkPending();
  useEffect(() => {
    if (isPending) announce("Loading");
  }, [isPending]);
  return isPending ? <Icon name="waiting" className="inline-block size-4" /> : null;
}
