"use client";

import { useRouter } from "next/navigation";
import { type ComponentProps, createContext, type MouseEvent, useContext, useTransition } from "react";

const LinkPendingContext = createContext(false);

/**
 * A link to another page of this site. It navigates without a full load, so uploads continue.
 * The link of Next.js adds 3 KB to every page, mostly for prefetching. Our pages are rendered per
 * request, so there is nothing to prefetch.
 */
export function SiteLink({ href, children, ...rest }: ComponentProps<"a"> & { href: string }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  return (
    <a
      href={href}
      onClick={(event) => {
        if (isHandledByBrowser(event)) return;
        event.preventDefault();
        startTransition(() => router.push(href));
      }}
      {...rest}
    >
      <LinkPendingContext value={isPending}>{children}</LinkPendingContext>
    </a>
  );
}

/** Returns true inside a SiteLink while its page is loading. */
export function useLinkPending(): boolean {
  return useContext(LinkPendingContext);
}

/** Returns true for another mouse button, or a key that opens a tab or window or downloads. */
function isHandledByBrowser(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
  return event.defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey;
}
