"use client";

import { useLinkStatus } from "next/link";
import { Icon } from "@/app/_ui/icons";

/** In a link: says that what it leads to is being fetched, where that takes a while. */
export function OnItsWay() {
  const { pending } = useLinkStatus();
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
