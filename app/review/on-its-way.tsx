"use client";

import { Icon } from "@/app/_ui/icons";
import { useOnTheWay } from "@/app/_ui/site-link";

/** In a link: says that what it leads to is being fetched, where that takes a while. */
export function OnItsWay() {
  const pending = useOnTheWay();
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
