"use client";

import { useLayoutEffect, useRef } from "react";

/**
 * Where something goes from the page with the control that has the focus, the focus goes to the heading of its section, or whoever works by keys would
 * begin at the top of the page again. Returns the ref of what may go.
 */
export function useFocusFallback<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    return () => {
      if (element?.contains(document.activeElement)) sectionHeadingOf(element)?.focus();
    };
  }, []);
  return ref;
}

function sectionHeadingOf(element: Element): HTMLElement | null {
  const id = element.closest("section")?.getAttribute("aria-labelledby");
  return id ? document.getElementById(id) : null;
}
