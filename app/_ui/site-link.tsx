"use client";

import { useRouter } from "next/navigation";
import { type ComponentProps, createContext, type MouseEvent, useContext, useTransition } from "react";

const LinkPendingContext = createContext(false);

/**
 * A link to another page of this site, which is fetched into this one so that uploads under way go on. Next's own costs every page 3 KB, most of them for
 * fetching ahead what nobody asked for: pages are made per request here, so there is nothing to fetch ahead.
 */
export function SiteLink({ href, children, ...rest }: ComponentProps<"a"> & { href: string }) {
  const router = useRouter();
  const [going, go] = useTransition();
  return (
    <a
      href={href}
      onClick={(event) => {
        if (isHandledByBrowser(event)) return;
        event.preventDefault();
        go(() => router.push(href));
      }}
      {...rest}
    >
      <LinkPendingContext value={going}>{children}</LinkPendingContext>
    </a>
  );
}

/** In a link: whether what it leads to is being fetched. */
export function useLinkPending(): boolean {
  return useContext(LinkPendingContext);
}

/** Another button, or a key that asks for a new tab, a window or a download. */
function isHandledByBrowser(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
  return event.defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey;
}
