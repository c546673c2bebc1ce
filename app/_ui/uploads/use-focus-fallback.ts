"use client";

import { useLayoutEffect, useRef } from "react";

/**
 * Moves focus to the heading of the section when an element with the focus is removed.
 * Without this, keyboard users would start again at the top of the page.
 * Returns the ref for the element that may be removed.
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
