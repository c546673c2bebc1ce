"use client";

import { useEffect, useRef } from "react";

/**
 * Returns a ref for a form with `method="post"`. A form that was sent before the page's scripts ran
 * keeps its values, and is submitted again now. A form with controlled inputs passes `isReady` once
 * its state has their values.
 */
export function useEarlySubmit(isReady = true) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const element = form.current;
    const early = window.earlyInput;
    if (!element || !early || !isReady) return;
    early.ready.add(element);
    for (const button of element.querySelectorAll("[data-waiting]")) button.removeAttribute("data-waiting");
    if (early.waiting.delete(element)) element.requestSubmit();
  }, [isReady]);
  return form;
}
